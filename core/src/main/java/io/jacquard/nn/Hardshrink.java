package io.jacquard.nn;

/**
 * x, or 0 where it lies between minus lambda and lambda.
 *
 * <pre>{@code
 * var y = new Hardshrink(0.5).call(x);
 * }</pre>
 */
public final class Hardshrink extends Activation {
  /** With lambda 0.5. */
  public Hardshrink() {
    this(0.5);
  }

  /** @param lambda half the width of the gap */
  public Hardshrink(double lambda) {
    super("hardshrink", x -> x.hardshrink(lambda), lambda);
  }
}
