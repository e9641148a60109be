package io.jacquard.bundle.facts;

import io.jacquard.cli.JavaProcess;
import io.jacquard.bundle.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Has a process find {@link FactFinder facts}, prints them as they come, and keeps them in a report. If the process breaks,
 * those that came before it did are there.
 *
 * <pre>{@code
 * var facts = new Facts("cuda", folder, report);
 * facts.find(System.nanoTime() + 60_000_000_000L);
 * }</pre>
 */
public final class Facts {
  private static final long LIMIT_NANOS = 75_000_000_000L;

  private final String backend;
  private final Path folder;
  private final Report report;
  private final List<Fact> found = new ArrayList<>();

  /** @param folder for what the process says */
  public Facts(String backend, Path folder, Report report) {
    this.backend = backend;
    this.folder = folder;
    this.report = report;
  }

  /** @param deadline by {@link System#nanoTime}; they end before, anyway */
  public void find(long deadline) throws IOException, InterruptedException {
    var log = folder.resolve("facts.log");
    var process = new ProcessBuilder(JavaProcess.command(List.of(), FactFinder.class.getName(), backend))
        .directory(folder.toFile()).redirectError(log.toFile()).start();
    long end = Math.min(deadline, System.nanoTime() + LIMIT_NANOS);
    var reader = Thread.ofVirtual().start(() -> read(process));
    boolean ended = process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    if (!ended) process.destroyForcibly().waitFor();
    reader.join();
    if (!ended || process.exitValue() != 0)
      take(Fact.failed("all facts", new IllegalStateException("the process that looks for them "
          + (ended ? "ended with exit code " + process.exitValue() : "took too long") + "; its words are in "
          + log)));
  }

  private void read(Process process) {
    try (var lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine())
        Fact.parse(line).ifPresent(this::take);
    } catch (IOException _) {
      // it was ended from here
    }
  }

  private synchronized void take(Fact fact) {
    found.add(fact);
    System.out.println(fact.shown());
    var json = new LinkedHashMap<String, Object>();
    for (var one : found)
      json.put(one.name(),
          one.failed() ? Map.of("failed", one.text()) : Double.isNaN(one.number()) ? one.text()
              : Map.of("value", one.number(), "unit", one.unit()));
    report.put("facts", json);
  }

  /** Whether the device could not be opened. */
  public synchronized boolean deviceIsMissing() {
    return found.stream().anyMatch(f -> f.failed() && f.name().equals(FactFinder.DEVICE));
  }
}
