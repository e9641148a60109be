package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x * tanh(log(1 + exp(x))) (Misra 2019).
 *
 * <pre>{@code
 * var y = new Mish().call(x);
 * }</pre>
 */
public final class Mish extends Activation {
  public Mish() {
    super(Scalars.MISH);
  }
}
