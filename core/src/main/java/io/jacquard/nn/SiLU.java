package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x * sigmoid(x), also called swish (Elfwing et al. 2017).
 *
 * <pre>{@code
 * var y = new SiLU().call(x);
 * }</pre>
 */
public final class SiLU extends Activation {
  public SiLU() {
    super(Scalars.SILU);
  }
}
