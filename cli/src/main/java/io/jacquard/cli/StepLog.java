package io.jacquard.cli;

import io.jacquard.io.FileProblem;
import io.jacquard.train.Progress;
import io.jacquard.train.TrainingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code steps.csv}: how far a training is, for who looks at it from another process. A line at most twice a second, and
 * less often the longer it takes, so that the file stays small; its loss is the mean since the line before. A reader must
 * not count on the last line: it may be half written.
 */
final class StepLog implements TrainingListener {
  static final String HEADER = "epoch,epochs,step,steps,seconds,loss";
  private static final double SHORTEST = 0.5;
  /** Of the time so far: so there are some thousand lines a day, not a hundred thousand. */
  private static final double SHARE = 1 / 400.0;

  private final Path file;
  private final Consumer<String> problem;
  private final long begin = System.nanoTime();
  private int epochs;
  private double next;
  private final RecentLoss loss = new RecentLoss();
  private boolean broken;

  /** @param problem is told once, if the file cannot be written; the training goes on */
  StepLog(Path file, Consumer<String> problem) {
    this.file = file;
    this.problem = problem;
    if (!Files.exists(file)) append(HEADER + "\n");
  }

  @Override
  public void epochBegins(int epoch, int epochs, long steps) {
    this.epochs = epochs;
  }

  @Override
  public void stepDone(Progress progress) {
    double now = (System.nanoTime() - begin) * 1e-9;
    if (now < next && progress.step() < progress.steps() || broken) return;
    next = now + Math.max(SHORTEST, now * SHARE);
    append(String.format(Locale.ROOT, "%d,%d,%d,%d,%.3f,%.6g%n", progress.epoch(), epochs, progress.step(),
        progress.steps(), now, loss.take(progress)));
  }

  private void append(String line) {
    try {
      Files.writeString(file, line, StandardCharsets.US_ASCII, StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      broken = true;
      problem.accept("jacquard: " + file + " is not written any more: " + FileProblem.reason(e) + ".");
    }
  }
}
