package io.jacquard.nn;

/**
 * x where it is positive, elsewhere x times a small slope.
 *
 * <pre>{@code
 * var y = new LeakyReLU(0.01).call(x);
 * }</pre>
 */
public final class LeakyReLU extends Activation {
  /** With slope 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /** @param slope the factor of numbers from 0 down */
  public LeakyReLU(double slope) {
    super("leaky_relu", x -> x.leakyRelu(slope), slope);
  }
}
