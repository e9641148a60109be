package io.jacquard.optim;

import io.jacquard.JacquardException;

/**
 * Lowers learning rates when a value has stopped to improve, as PyTorch's ReduceLROnPlateau does.
 *
 * <pre>{@code
 * var plateau = ReduceOnPlateau.min().factor(0.5).patience(3);
 * optimizer.follow(plateau, 0.42);     // after each epoch, with the validation loss
 * }</pre>
 *
 * <p>It remembers what it has seen, so it is no {@link Schedule}; {@link #state} and {@link #restore} carry that over to a
 * training that goes on later.
 */
public final class ReduceOnPlateau {
  private final boolean smallerIsBetter;
  private double factor = 0.1;
  private int patience = 10;
  private double threshold = 1e-4;
  private boolean relative = true;
  private int cooldown;
  private double minLr;
  private double eps = 1e-8;
  private double best;
  private int bad;
  private int cooling;

  /**
   * What it has seen.
   *
   * @param best the best value
   * @param bad how often in a row no better one came
   * @param cooling for how many more values it waits
   */
  public record State(double best, int bad, int cooling) {}

  private ReduceOnPlateau(boolean smallerIsBetter) {
    this.smallerIsBetter = smallerIsBetter;
    best = smallerIsBetter ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** For a value that should fall, such as a loss. */
  public static ReduceOnPlateau min() {
    return new ReduceOnPlateau(true);
  }

  /** For a value that should rise, such as an accuracy. */
  public static ReduceOnPlateau max() {
    return new ReduceOnPlateau(false);
  }

  /** By what rates are multiplied; 0.1 unless said otherwise. */
  public ReduceOnPlateau factor(double factor) {
    if (!(factor >= 0 && factor < 1)) {
      throw new JacquardException(
          "ReduceOnPlateau: factor is " + factor + ", expected a number from 0 to below 1.");
    }
    this.factor = factor;
    return this;
  }

  /** How many values without improvement are borne; 10 unless said otherwise. */
  public ReduceOnPlateau patience(int patience) {
    Hyper.atLeastZero("ReduceOnPlateau", "patience", patience);
    this.patience = patience;
    return this;
  }

  /** By what share of the best value one must be better; 1e-4 unless said otherwise. */
  public ReduceOnPlateau threshold(double threshold) {
    return threshold(threshold, true);
  }

  /** By how much a value must be better. */
  public ReduceOnPlateau absoluteThreshold(double threshold) {
    return threshold(threshold, false);
  }

  private ReduceOnPlateau threshold(double threshold, boolean relative) {
    Hyper.atLeastZero("ReduceOnPlateau", "threshold", threshold);
    this.threshold = threshold;
    this.relative = relative;
    return this;
  }

  /** For how many values it waits after a reduction before it counts again; 0 unless said otherwise. */
  public ReduceOnPlateau cooldown(int cooldown) {
    Hyper.atLeastZero("ReduceOnPlateau", "cooldown", cooldown);
    this.cooldown = cooldown;
    return this;
  }

  /** Below this no rate is lowered; 0 unless said otherwise. */
  public ReduceOnPlateau minLr(double minLr) {
    Hyper.atLeastZero("ReduceOnPlateau", "minLr", minLr);
    this.minLr = minLr;
    return this;
  }

  /** A change that is not larger is left out; 1e-8 unless said otherwise. */
  public ReduceOnPlateau eps(double eps) {
    Hyper.atLeastZero("ReduceOnPlateau", "eps", eps);
    this.eps = eps;
    return this;
  }

  /** Takes note of a value; whether rates are to be lowered now. */
  boolean isStuckAfter(double value) {
    if (isBetter(value)) {
      best = value;
      bad = 0;
    } else {
      bad++;
    }
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad <= patience) return false;
    cooling = cooldown;
    bad = 0;
    return true;
  }

  private boolean isBetter(double value) {
    double margin = relative ? best * threshold : threshold;
    // Before the first value the best is infinite, and so is a share of it.
    if (Double.isInfinite(best)) margin = 0;
    return smallerIsBetter ? value < best - margin : value > best + margin;
  }

  /** What a learning rate becomes. */
  double lowered(double lr) {
    double next = Math.max(lr * factor, minLr);
    return lr - next > eps ? next : lr;
  }

  public State state() {
    return new State(best, bad, cooling);
  }

  public void restore(State state) {
    best = state.best;
    bad = state.bad;
    cooling = state.cooling;
  }
}
