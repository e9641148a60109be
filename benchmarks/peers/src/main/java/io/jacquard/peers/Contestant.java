package io.jacquard.peers;

import io.jacquard.cli.JavaProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A process that does workloads on demand, by lines on its standard input and output; see {@link Child}. While it waits
 * for a line it takes no processor time.
 */
final class Contestant implements AutoCloseable {
  private final String label;
  private final Process process;
  private final BufferedReader from;
  private final BufferedWriter to;
  private final String version;

  private Contestant(String label, List<String> command, Map<String, String> environment) throws IOException {
    this.label = label;
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    from = new BufferedReader(
        new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    to = new BufferedWriter(
        new java.io.OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    version = ask("version");
  }

  /**
   * An engine in a JVM like this one.
   *
   * @param engine the class, an {@link Engine}
   * @param classPath where it and what it needs is found
   */
  static Contestant java(String label, String engine, String classPath, int threads,
      Map<String, String> environment) throws IOException {
    var command = JavaProcess.command(List.of(), classPath, Child.class.getName(),
        new String[]{engine, String.valueOf(threads)});
    return new Contestant(label, command, environment);
  }

  /** PyTorch in Python, by {@code benchmarks/pytorch/peer.py}. */
  static Contestant python(String label, Path python, Path script, String variant, int threads,
      Map<String, String> environment) throws IOException {
    return new Contestant(label,
        List.of(python.toString(), script.toString(), variant, String.valueOf(threads)), environment);
  }

  String label() {
    return label;
  }

  /** Name and version of the engine. */
  String version() {
    return version;
  }

  /** False if it has nothing for this work. */
  boolean prepare(Workload work) {
    return ask("prepare " + work.name()).equals("ready");
  }

  /** Nanoseconds of each of {@code times} runs of what was prepared. */
  double[] run(int times) {
    return numbers(ask("run " + times));
  }

  double[] check() {
    return numbers(ask("check"));
  }

  /** The most memory that the process has had resident, in MiB. */
  double peakMiB() {
    return numbers(ask("peak"))[0];
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private String ask(String line) {
    try {
      to.write(line + "\n");
      to.flush();
      var answer = from.readLine();
      if (answer == null) throw new IllegalStateException(label + " ended when asked to " + line);
      if (answer.startsWith("error "))
        throw new IllegalStateException(label + ", asked to " + line + ": " + answer.substring(6));
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(label + ", asked to " + line, e);
    }
  }

  @Override
  public void close() {
    try {
      to.write("quit\n");
      to.flush();
    } catch (IOException e) {
      // it has ended already
    }
    process.destroy();
  }
}
