package io.jacquard.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;

/** Runs the trials of a sweep, some at a time; those that have ended before are not run again. */
final class Sweep {
  private final SweepFolder folder;
  private final List<String> common;
  private final List<Trial> trials;
  private final int parallel;
  private final Output output;

  /** @param common the task and the options of all runs */
  Sweep(SweepFolder folder, List<String> common, List<Trial> trials, int parallel, Output output) {
    this.folder = folder;
    this.common = common;
    this.trials = trials;
    this.parallel = parallel;
    this.output = output;
  }

  /** How a run ended. */
  private record Ended(Trial trial, int code, String said) {}

  int run() {
    var open = trials.stream().filter(trial -> folder.ended(trial) == null).toList();
    int before = trials.size() - open.size();
    output.line("Sweep in " + folder.path() + ": " + trials.size() + (trials.size() == 1 ? " run" : " runs")
        + ", " + parallel + " at a time" + (before > 0 ? ", " + before + " done before" : ""));
    try (var stop = StopSignal.listen()) {
      int code = all(open, before, stop);
      var results = SweepResults.of(folder, trials); // also where it was stopped: of those that have ended
      if (!results.isEmpty()) results.show(output);
      if (!stop.requested()) return code;
      output.error("Stopped after " + results.runs().size() + " of " + trials.size()
          + " runs. Where the others stand is saved.\nTo go on: jacquard sweep --resume " + folder.path());
      return stop.exitCode();
    }
  }

  private int all(List<Trial> open, int before, StopSignal stop) {
    int code = 0;
    int done = before;
    // Threads of its own: each is the training thread of its runs, whose backend has workers beside.
    try (var threads = Executors.newFixedThreadPool(parallel)) {
      var runs = new ExecutorCompletionService<Ended>(threads);
      for (var trial : open) runs.submit(() -> one(trial, stop));
      for (int i = 0; i < open.size(); i++) {
        var ended = runs.take().get();
        if (stop.requested() && folder.ended(ended.trial) == null) continue;
        done++;
        var all = Integer.toString(trials.size());
        output.line("  " + " ".repeat(all.length() - Integer.toString(done).length()) + done
            + "/" + all + "  " + ended.trial + " · " + told(ended));
        if (ended.code == 0) continue;
        code = Main.FAILURE;
        if (ended.code == Main.USAGE) threads.shutdownNow(); // the others are as wrong
        if (ended.code == Main.USAGE) return Main.USAGE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILURE;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return code;
  }

  private String told(Ended ended) {
    var report = folder.ended(ended.trial);
    if (ended.code != 0 || report == null) return "failed: " + ended.said.strip();
    return SweepResults.value(report);
  }

  private Ended one(Trial trial, StopSignal stop) throws Exception {
    if (stop.requested()) return new Ended(trial, stop.exitCode(), "");
    var args = new ArrayList<>(List.of("train"));
    if (folder.isBegun(trial)) {
      args.addAll(List.of(common.getFirst(), Resumption.OPTION, folder.run(trial).toString(), "--quiet"));
    } else {
      args.addAll(common);
      args.addAll(trial.arguments());
      args.addAll(List.of("--out", folder.run(trial).toString(), "--quiet"));
    }
    var errors = new ByteArrayOutputStream();
    var quiet = new Output(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
        new PrintStream(errors, false, StandardCharsets.UTF_8), false, 80);
    Callable<Integer> run = () -> Main.run(quiet, args.toArray(String[]::new));
    int code = StopSignal.sharing(stop, run);
    return new Ended(trial, code, errors.toString(StandardCharsets.UTF_8));
  }
}
