package io.jacquard.nn;

/**
 * x where it is positive, elsewhere {@code alpha * (exp(x) - 1)} (Clevert et al. 2015).
 *
 * <pre>{@code
 * var y = new ELU(1.0).call(x);
 * }</pre>
 */
public final class ELU extends Activation {
  /** With alpha 1.0. */
  public ELU() {
    this(1.0);
  }

  /** @param alpha minus the value far below 0 */
  public ELU(double alpha) {
    super("elu", x -> x.elu(alpha), alpha);
  }
}
