package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * max(x, 0); at 0 the gradient is 0.
 *
 * <pre>{@code
 * var y = new ReLU().call(x);
 * }</pre>
 */
public final class ReLU extends Activation {
  public ReLU() {
    super(Scalars.RELU);
  }
}
