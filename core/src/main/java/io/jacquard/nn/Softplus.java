package io.jacquard.nn;

/**
 * {@code log(1 + exp(beta * x)) / beta}: a smooth ReLU. Where {@code beta * x} is above the threshold it is x itself.
 *
 * <pre>{@code
 * var y = new Softplus().call(x);
 * }</pre>
 */
public final class Softplus extends Activation {
  /** With beta 1 and threshold 20. */
  public Softplus() {
    this(1, 20);
  }

  /** @param beta how sharp the bend is; not 0 */
  public Softplus(double beta, double threshold) {
    super("softplus", x -> x.softplus(beta, threshold), Check.nonZero("Softplus", "beta", beta), threshold);
  }
}
