package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * The hyperbolic tangent.
 *
 * <pre>{@code
 * var y = new Tanh().call(x);
 * }</pre>
 */
public final class Tanh extends Activation {
  public Tanh() {
    super(Scalars.TANH);
  }
}
