package io.jacquard.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a training went.
 *
 * <pre>{@code
 * var history = trainer.fit(data, Fit.epochs(5));
 * history.last("loss");        // of the last epoch
 * }</pre>
 *
 * @param epochs in order
 * @param stepNanos the duration of every training step, in nanoseconds
 * @param samples training samples seen, repetitions counted
 * @param notReplayed why the steps could not be recorded and replayed, but were computed anew each time, which is slower
 */
public record History(List<Epoch> epochs, long[] stepNanos, long samples, Optional<String> notReplayed) {
  /** A value of the last epoch: {@code loss}, {@code val_loss}, or the metric's name. */
  public double last(String name) {
    return epochs.getLast().value(name);
  }

  /** Training samples a second, over all steps; validation and the time between steps do not count. */
  public double samplesPerSecond() {
    double seconds = Arrays.stream(stepNanos).sum() * 1e-9;
    return seconds == 0 ? 0 : samples / seconds;
  }

  /**
   * The step time that a share of the steps did not exceed, in milliseconds.
   *
   * @param share 0.5 for the median, 0.9 for the ninth decile
   */
  public double stepMillis(double share) {
    if (stepNanos.length == 0) return Double.NaN;
    var sorted = stepNanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))] * 1e-6;
  }
}
