package io.jacquard.benchmarks;

import io.jacquard.benchmarks.mnist.MnistCommand;
import java.util.Arrays;
import picocli.CommandLine;

/** {@code jacquard bench}: {@code jmh [PATTERN] [options of JMH]}, or {@code mnist [options]}. */
public final class Main {
  private static final String USAGE = """
      Usage: jacquard bench jmh [PATTERN] [JMH's options]   measures operations and training steps
             jacquard bench mnist [OPTIONS]                 measures 'jacquard train mnist' from the outside
      Both take -h. What is measured, and how to read it: benchmarks/README.md
      """;

  private Main() {}

  public static void main(String[] args) throws Exception {
    var rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (args.length == 0 ? "" : args[0]) {
      case "jmh" -> org.openjdk.jmh.Main.main(rest);
      case "mnist" -> System.exit(new CommandLine(new MnistCommand()).execute(rest));
      case "-h", "--help" -> System.out.print(USAGE);
      default -> {
        System.err.print(USAGE);
        System.exit(2);
      }
    }
  }
}
