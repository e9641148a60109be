package io.jacquard.bundle.bench;

import io.jacquard.cli.JavaProcess;
import io.jacquard.bundle.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What only whole processes show: the time to the first step, and to an accuracy. */
final class Starts {
  private static final int TIMES = 4;
  /** What a row needs at least. */
  private static final long LEAST_NANOS = 8_000_000_000L;

  private final String backend;
  private final boolean small;
  private final Path folder;
  private final Table table;
  private final Report report;

  Starts(String backend, boolean small, Path folder, Table table, Report report) {
    this.backend = backend;
    this.small = small;
    this.folder = folder;
    this.table = table;
    this.report = report;
  }

  void measure(Pattern only, long deadline) throws InterruptedException {
    if (only.matcher("start to the first step").find()) {
      row("start of a process to its first step", deadline, this::firstStep);
      row("the same with an AOT cache", deadline, this::firstStepWithCache);
    }
    if (only.matcher("mnist to 99 %").find()) row("mnist to 99 %", deadline, this::accuracy);
  }

  private void row(String name, long deadline, BiFunction<String, Long, String> measuring)
      throws InterruptedException {
    String text;
    try {
      text = System.nanoTime() > deadline - LEAST_NANOS ? name + ": left out, the time is over"
          : measuring.apply(name, deadline);
    } catch (RuntimeException e) {
      text = name + ": FAILED: " + e.getMessage();
    }
    if (Thread.interrupted()) throw new InterruptedException();
    report.put(name, text);
    System.out.println(text);
  }

  /** The first of them fills caches, and does not count. */
  private String firstStep(String name, long deadline) {
    return starts(name, List.of(), deadline);
  }

  private String firstStepWithCache(String name, long deadline) {
    var cache = folder.resolve("start.aot");
    // Written at the end of a process, which must not be halted: this one trains and ends.
    run(List.of("-XX:AOTCacheOutput=" + cache),
        List.of("io.jacquard.cli.Main", "train", "mnist", "--epochs", "1",
            "--backend", backend, "--quiet"),
        deadline, folder.resolve("aot").toFile().mkdirs() ? folder.resolve("aot") : folder);
    if (!cache.toFile().isFile()) return name + ": no cache was made; see " + folder.resolve("starts.log");
    return starts(name, List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off"), deadline);
  }

  private String starts(String name, List<String> options, long deadline) {
    var seconds = new ArrayList<Double>();
    for (int i = 0; i < (small ? 2 : TIMES); i++) {
      long start = System.nanoTime();
      var said = run(options, List.of(FirstStep.class.getName(), backend, "step"), deadline, folder);
      if (said.isEmpty() || !said.getLast().startsWith("@step "))
        throw new IllegalStateException("no step was done; see " + folder.resolve("starts.log"));
      if (i > 0) seconds.add((System.nanoTime() - start) * 1e-9);
    }
    var sorted = seconds.stream().sorted().toList();
    return table.below(name, sorted.get(sorted.size() / 2), "s", 1.5) + " " + sorted;
  }

  private String accuracy(String name, long deadline) {
    double share = small ? 0.1 : 0.99;
    var said = run(List.of(),
        List.of(FirstStep.class.getName(), backend, "accuracy", Double.toString(share), "12"),
        deadline, folder);
    if (said.isEmpty())
      throw new IllegalStateException("it said nothing; see " + folder.resolve("starts.log"));
    var last = said.getLast().split(" ", 5);
    double found = Double.parseDouble(last[1]);
    double seconds = Double.parseDouble(last[2]);
    var source = last[3] + " epochs, " + last[4];
    var json = new LinkedHashMap<String, Object>();
    json.put("accuracy", found);
    json.put("seconds", seconds);
    json.put("source", source);
    report.put("accuracy", json);
    if (found < share) return name + ": not reached: " + found + " after " + seconds + " s, " + source;
    return table.below(name, seconds, "s", 1) + " test accuracy " + found + ", " + source;
  }

  /** The lines that begin with @; the process is ended at the deadline. */
  private List<String> run(List<String> options, List<String> main, long deadline, Path inside) {
    try {
      var command = JavaProcess.command(options, main.getFirst(),
          main.subList(1, main.size()).toArray(String[]::new));
      var process = new ProcessBuilder(command).directory(inside.toFile())
          .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("starts.log").toFile())).start();
      var lines = new ArrayList<String>();
      var problem = new AtomicReference<@Nullable IOException>();
      var reader = Thread.ofVirtual().start(() -> {
        try (var from = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
          for (var line = from.readLine(); line != null; line = from.readLine())
            if (line.startsWith("@")) lines.add(line);
        } catch (IOException e) {
          problem.set(e);
        }
      });
      if (!process.waitFor(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS))
        process.destroyForcibly();
      reader.join();
      return lines;
    } catch (IOException e) {
      throw new IllegalStateException("a process could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
