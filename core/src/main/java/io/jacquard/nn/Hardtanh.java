package io.jacquard.nn;

/**
 * x held between two bounds; at a bound the gradient is 0.
 *
 * <pre>{@code
 * var y = new Hardtanh(-2, 2).call(x);
 * }</pre>
 */
public final class Hardtanh extends Activation {
  /** Between -1 and 1. */
  public Hardtanh() {
    this(-1, 1);
  }

  public Hardtanh(double minVal, double maxVal) {
    super("hardtanh", x -> x.hardtanh(minVal, maxVal), Check.below("Hardtanh", minVal, maxVal), maxVal);
  }
}
