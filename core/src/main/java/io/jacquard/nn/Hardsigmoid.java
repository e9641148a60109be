package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x / 6 + 1/2, held between 0 and 1; at -3 and 3 the gradient is 0.
 *
 * <pre>{@code
 * var y = new Hardsigmoid().call(x);
 * }</pre>
 */
public final class Hardsigmoid extends Activation {
  public Hardsigmoid() {
    super(Scalars.HARDSIGMOID);
  }
}
