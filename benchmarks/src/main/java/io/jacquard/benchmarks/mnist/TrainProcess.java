package io.jacquard.benchmarks.mnist;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A process of {@code jacquard train}, watched from start to end.
 *
 * <pre>{@code
 * var seen = TrainProcess.run(List.of("./jacquard", "train", "mnist"), Path.of("err.txt"));
 * System.out.println(seen.firstEpochSeconds());
 * }</pre>
 */
final class TrainProcess {
  private static final int POLL_MILLIS = 5;
  private static final String EPOCH = "Epoch ";
  private static final String PEAK = "VmHWM:";

  /**
   * What was seen.
   *
   * @param firstLineSeconds from the start of the launcher to the first line
   * @param firstEpochSeconds from there to the line about the first epoch
   * @param peakKiB the most memory that was resident; empty where the system does not say
   */
  record Seen(double firstLineSeconds, double firstEpochSeconds, OptionalLong peakKiB) {}

  private final long start = System.nanoTime();
  private final Process process;
  private final BufferedReader output;
  private double firstLine = Double.NaN;
  private double firstEpoch = Double.NaN;
  private long peak = -1;

  private TrainProcess(Process process) {
    this.process = process;
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** @throws IllegalStateException with what the process said, if it fails */
  static Seen run(List<String> command, Path errors) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      return new TrainProcess(process).watch(command, errors);
    } finally {
      process.destroy();
    }
  }

  private Seen watch(List<String> command, Path errors) throws IOException, InterruptedException {
    boolean ended;
    do {
      ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
      readLines();
      readPeak();
    } while (!ended);
    if (process.exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " ended with exit code "
          + process.exitValue() + ":\n" + Files.readString(errors));
    }
    return new Seen(firstLine, firstEpoch, peak < 0 ? OptionalLong.empty() : OptionalLong.of(peak));
  }

  private void readLines() throws IOException {
    while (output.ready()) {
      var line = output.readLine();
      if (line == null) return;
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (Double.isNaN(firstLine)) firstLine = seconds;
      if (Double.isNaN(firstEpoch) && line.startsWith(EPOCH)) firstEpoch = seconds;
    }
  }

  /** The launcher becomes the program, so the process is the same one. */
  private void readPeak() {
    try {
      for (var line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
        if (line.startsWith(PEAK)) peak = Long.parseLong(line.replaceAll("\\D", ""));
      }
    } catch (IOException _) {
      // no Linux, or the process has just ended
    }
  }
}
