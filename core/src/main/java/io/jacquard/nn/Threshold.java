package io.jacquard.nn;

/**
 * x where it is above a threshold, elsewhere a value.
 *
 * <pre>{@code
 * var y = new Threshold(0.1, 20).call(x);
 * }</pre>
 */
public final class Threshold extends Activation {
  public Threshold(double threshold, double value) {
    super("threshold", x -> x.threshold(threshold, value), threshold, value);
  }
}
