package io.jacquard.train;

import org.jspecify.annotations.Nullable;

/**
 * How far an epoch is, after a step: running means over its samples so far. Where the host gives a device many steps in
 * advance, asking for one of them waits for those steps: a listener that need not know it after each step rather asks now
 * and then.
 *
 * <pre>{@code
 * var listener = new TrainingListener() {
 *   @Override
 *   public void stepDone(Progress progress) {
 *     System.out.println(progress.step() + " of " + progress.steps() + ", loss " + progress.loss());
 *   }
 * };
 * }</pre>
 */
public final class Progress {
  int epoch;
  long step;
  long steps;
  long samples;
  @Nullable
  Readings readings;
  /** Has the readings be those of all steps so far. */
  Runnable settle = () -> {};
  long nanos;

  /** From 1. */
  public int epoch() {
    return epoch;
  }

  /** Steps done in this epoch. */
  public long step() {
    return step;
  }

  /** Steps of an epoch. */
  public long steps() {
    return steps;
  }

  /** Samples seen in this epoch. */
  public long samples() {
    return samples;
  }

  /** The mean loss over this epoch's samples so far. */
  public double loss() {
    settle.run();
    return readings == null ? Double.NaN : readings.meanLoss();
  }

  /** The mean loss over this step's samples. */
  public double stepLoss() {
    settle.run();
    return readings == null ? Double.NaN : readings.loss();
  }

  /**
   * The trainer's first metric over this epoch's samples so far; NaN if it has none, and if that metric is known at the
   * end of the epoch only ({@link Metric.State}).
   */
  public double metric() {
    settle.run();
    return readings == null ? Double.NaN : readings.running();
  }

  /** The time of this epoch's steps so far, in seconds. */
  public double seconds() {
    return nanos * 1e-9;
  }
}
