package io.jacquard.cli;

import io.jacquard.train.Epoch;
import io.jacquard.train.Progress;
import io.jacquard.train.TrainingListener;
import java.util.List;

/**
 * A line on a terminal that is rewritten while an epoch goes on, in the manner of Keras:
 *
 * <pre>
 * Epoch 1/5
 *  512/1688 ━━━━━━━━━──────────────────── ETA 1s · 0.84ms/step · accuracy 0.8632 · loss 0.4790
 * </pre>
 *
 * <p>Steps can be far shorter than a person can read: text is made only when it is shown.
 */
final class ProgressLine implements TrainingListener {
  private static final long REFRESH_NANOS = 100_000_000;
  private static final int WIDEST_BAR = 30;
  private static final int NARROWEST_BAR = 5;

  private final Output output;
  private final String metric;
  private long begin;
  private long next;
  private long shown;
  private long shownStep;
  private double stepNanos;
  private long step;
  private long steps;

  /** @param metric the name of {@link Progress#metric} */
  ProgressLine(Output output, String metric) {
    this.output = output;
    this.metric = metric;
  }

  @Override
  public void goesOn(List<Epoch> epochs) {
    output.line(PlainLine.goingOn(epochs.size()));
  }

  @Override
  public void epochBegins(int epoch, int epochs, long steps) {
    this.steps = steps;
    output.line("Epoch " + epoch + "/" + epochs);
    begin = System.nanoTime();
    next = begin;
    shown = begin;
    shownStep = 0;
  }

  @Override
  public void stepDone(Progress progress) {
    step = progress.step();
    long now = System.nanoTime();
    if (now - next < 0 && step < steps) return;
    next = now + REFRESH_NANOS;
    double recent = (double) (now - shown) / Math.max(1, step - shownStep);
    // The first steps are far slower than the rest: what is to come is judged by the steps of late, and not
    // by the first.
    boolean first = shownStep == 0 && stepNanos == 0;
    if (!first) stepNanos = stepNanos == 0 ? recent : (stepNanos + recent) / 2;
    shown = now;
    shownStep = step;
    double left = stepNanos * (steps - step) * 1e-9;
    var eta = first
        ? "first step " + Format.duration((now - begin) * 1e-9)
        : "ETA " + Format.duration(left) + perStep(stepNanos * 1e-9);
    output.rewrite(line(eta + metric(progress) + " · loss " + Format.score(progress.loss()), true));
  }

  @Override
  public void epochDone(Epoch epoch) {
    output.rewrite(line(Format.duration((System.nanoTime() - begin) * 1e-9) + perStep(epoch.seconds() / step)
        + PlainLine.values(epoch.values()), false));
  }

  /** Nothing if the metric is known only when the epoch is over. */
  private String metric(Progress progress) {
    double value = progress.metric();
    return Double.isNaN(value) ? "" : " · " + metric + " " + Format.score(value);
  }

  private static String perStep(double seconds) {
    return " · " + Format.millis(1e3 * seconds) + "ms/step";
  }

  private String line(String facts, boolean cut) {
    return text(step, steps, facts, output.width(), cut);
  }

  /** @param cut whether a line that does not fit is cut, because it will be rewritten: a wrapped one cannot be */
  static String text(long step, long steps, String facts, int columns, boolean cut) {
    var total = Long.toString(steps);
    var count = " ".repeat(total.length() - Long.toString(step).length()) + step + "/" + total + " ";
    int room = columns - 1 - count.length() - facts.length() - 1;
    var line = count + bar(step, steps, Math.min(room, WIDEST_BAR)) + facts;
    return cut && line.length() >= columns ? line.substring(0, columns - 1) : line;
  }

  private static String bar(long step, long steps, int width) {
    if (width < NARROWEST_BAR) return "";
    int done = (int) (width * step / steps);
    return "━".repeat(done) + "─".repeat(width - done) + " ";
  }
}
