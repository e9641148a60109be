package io.jacquard.nn;

/**
 * x where it is positive, elsewhere {@code alpha * (exp(x / alpha) - 1)}: an ELU whose slope at 0 is 1 (Barron 2017).
 *
 * <pre>{@code
 * var y = new CELU(1.0).call(x);
 * }</pre>
 */
public final class CELU extends Activation {
  /** With alpha 1.0. */
  public CELU() {
    this(1.0);
  }

  /** @param alpha minus the value far below 0; not 0 */
  public CELU(double alpha) {
    super("celu", x -> x.celu(alpha), Check.nonZero("CELU", "alpha", alpha));
  }
}
