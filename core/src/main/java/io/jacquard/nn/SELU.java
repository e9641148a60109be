package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * {@code scale * (x > 0 ? x : alpha * (exp(x) - 1))}, with the numbers that carry mean 0 and variance 1 from layer to
 * layer (Klambauer et al. 2017). Initialise the weights with {@link Init#kaimingNormal} and the gain 1.
 *
 * <pre>{@code
 * var y = new SELU().call(x);
 * }</pre>
 */
public final class SELU extends Activation {
  public SELU() {
    super(Scalars.SELU);
  }
}
