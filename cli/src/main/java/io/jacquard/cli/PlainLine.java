package io.jacquard.cli;

import io.jacquard.train.Epoch;
import io.jacquard.train.Progress;
import io.jacquard.train.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One plain line an epoch, for files, pipes and logs. */
final class PlainLine implements TrainingListener {
  private final Output output;
  private int epochs;
  private long step;
  private long steps;

  PlainLine(Output output) {
    this.output = output;
  }

  @Override
  public void goesOn(List<Epoch> epochs) {
    output.line(PlainLine.goingOn(epochs.size()));
  }

  @Override
  public void epochBegins(int epoch, int epochs, long steps) {
    this.epochs = epochs;
    this.steps = steps;
  }

  @Override
  public void stepDone(Progress progress) {
    step = progress.step();
  }

  @Override
  public void epochDone(Epoch epoch) {
    output.line(text(epoch, epochs, step, steps));
  }

  static String goingOn(int epochs) {
    return epochs == 0
        ? "Going on in the first epoch."
        : "Going on after " + epochs + (epochs == 1 ? " epoch" : " epochs") + ".";
  }

  static String text(Epoch epoch, int epochs, long step, long steps) {
    return "Epoch " + epoch.number() + "/" + epochs
        + (epoch.complete() ? "" : " (stopped at step " + step + " of " + steps + ")") + " · "
        + Format.duration(epoch.seconds()) + " · " + Format.millis(1e3 * epoch.seconds() / step) + "ms/step"
        + values(epoch.values());
  }

  /** {@code " · accuracy 0.9632 · loss 0.1790"} */
  static String values(Map<String, Double> values) {
    return values.isEmpty() ? "" : " · " + joined(values);
  }

  /** {@code "accuracy 0.9632 · loss 0.1790"} */
  static String joined(Map<String, Double> values) {
    return values.entrySet().stream().map(e -> e.getKey() + " " + Format.score(e.getValue()))
        .collect(Collectors.joining(" · "));
  }
}
