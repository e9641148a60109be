package io.jacquard.benchmarks.mnist;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts the trainings, one after the other, in a folder that is removed in the end. */
final class Trainings implements AutoCloseable {
  private final Path launcher;
  private final int epochs;
  private final @Nullable Path data;
  private final Path work = Files.createTempDirectory("jacquard-bench-");
  private int count;

  Trainings(Path launcher, int epochs, @Nullable Path data) throws IOException, InterruptedException {
    this.launcher = launcher;
    this.epochs = epochs;
    this.data = data;
    // So that the first training finds the program built.
    TrainProcess.run(List.of(launcher.toString(), "--version"), work.resolve("errors.txt"));
  }

  Run run(String model, int threads, int seed) throws IOException, InterruptedException {
    var out = work.resolve("run-" + ++count);
    System.err.printf("%s, threads %d, seed %d ...%n", model, threads, seed);
    var command = command(launcher.toString(), model, Integer.toString(seed), Integer.toString(threads),
        out.toString());
    var seen = TrainProcess.run(command, work.resolve("errors.txt"));
    return new Run(model, threads, seed, RunReport.read(out.resolve("run.json")), seen,
        digest(out.resolve("model.safetensors")));
  }

  /** The command, with letters for what differs between the runs. */
  String template() {
    return String.join(" ", command("./jacquard", "MODEL", "SEED", "THREADS", "DIR"));
  }

  private List<String> command(String program, String model, String seed, String threads, String out) {
    var command = new ArrayList<>(List.of(program, "train", "mnist", "--model", model, "--epochs",
        Integer.toString(epochs), "--backend", "cpu", "--threads", threads, "--seed", seed));
    if (data != null) command.addAll(List.of("--data", data.toString()));
    command.addAll(List.of("--out", out));
    return command;
  }

  private static String digest(Path file) throws IOException {
    try {
      var bytes = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** How many processes wanted to run in the last minute, on average; negative where the system does not say. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(work)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
