package io.jacquard.cli;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The measurements that are programs of their own, since they need much that others do without: JMH, and other engines. */
final class BenchPrograms {
  private BenchPrograms() {}

  /** Runs JMH's benchmarks that fit the pattern; gives its exit code. */
  static int jmh(String pattern, List<String> backends, @Nullable Integer threads) {
    return run(jmhArguments(pattern, backends, threads));
  }

  static List<String> jmhArguments(String pattern, List<String> backends, @Nullable Integer threads) {
    var arguments = new ArrayList<>(List.of("jmh", pattern));
    if (!backends.isEmpty()) arguments.addAll(List.of("-p", "backend=" + String.join(",", backends)));
    if (threads != null) arguments.addAll(List.of("-p", "threads=" + threads));
    return arguments;
  }

  /** Runs {@code bench peers} and gives the rows that it wrote. */
  static List<Map<String, @Nullable Object>> peers(String only, @Nullable Integer threads, Path out) {
    var name = out + "-peers";
    int code = run(peersArguments(only, threads, name));
    if (code != 0) throw new JacquardException("'jacquard bench peers' failed, with exit code " + code + ".");
    return rows(Path.of(name + ".json"));
  }

  static List<String> peersArguments(String only, @Nullable Integer threads, String name) {
    var arguments = new ArrayList<>(List.of("peers", "--out", name));
    if (!only.isEmpty()) arguments.addAll(List.of("--only", only, "--no-starts"));
    if (threads != null) arguments.addAll(List.of("--threads", String.valueOf(threads)));
    return arguments;
  }

  @SuppressWarnings("unchecked") // checked by who reads them
  static List<Map<String, @Nullable Object>> rows(Path file) {
    try {
      if (Json.read(file).get("rows") instanceof List<?> rows
          && rows.stream().allMatch(Map.class::isInstance))
        return (List<Map<String, @Nullable Object>>) rows;
      throw new JacquardException(file + " has no rows, expected what 'jacquard bench peers' writes.");
    } catch (IOException e) {
      throw new JacquardException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** The launcher, among the sources: an archive has no such programs, which is better said before an hour of measuring. */
  static Path require(String program) {
    return require(program, System.getenv("JACQUARD_LAUNCHER"));
  }

  static Path require(String program, @Nullable String launcher) {
    if (launcher == null)
      throw new JacquardException("bench " + program
          + ": the launcher is not known. Start it as './jacquard bench', from the sources.");
    var path = Path.of(launcher);
    if (!Files.isRegularFile(path.resolveSibling("pom.xml")))
      throw new JacquardException("bench " + program + " is built from the sources, and beside " + launcher
          + " there are none. Start it as './jacquard bench' where they are.");
    return path;
  }

  private static int run(List<String> arguments) {
    var launcher = require(arguments.getFirst());
    var command = new ArrayList<>(List.of(launcher.toString(), "bench"));
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new JacquardException("bench: " + launcher + " cannot be started: " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JacquardException("bench: interrupted while " + arguments.getFirst() + " ran.", e);
    }
  }
}
