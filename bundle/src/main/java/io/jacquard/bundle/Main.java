package io.jacquard.bundle;

import io.jacquard.bundle.bench.BenchCommand;
import io.jacquard.bundle.check.CheckCommand;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;

/** {@code ./run gpu-check} and {@code ./run gpu-bench}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    var commands = Map.of("gpu-check", new CheckCommand(), "gpu-bench", new BenchCommand());
    var command = args.length == 0 ? null : commands.get(args[0]);
    if (command == null) {
      System.err.println("Usage: ./run gpu-check|gpu-bench [OPTIONS]; both take --help.");
      System.exit(2);
      return;
    }
    System.exit(new CommandLine(command).execute(Arrays.copyOfRange(args, 1, args.length)));
  }
}
