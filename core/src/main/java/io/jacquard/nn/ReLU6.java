package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x held between 0 and 6; at the bounds the gradient is 0.
 *
 * <pre>{@code
 * var y = new ReLU6().call(x);
 * }</pre>
 */
public final class ReLU6 extends Activation {
  public ReLU6() {
    super(Scalars.RELU6);
  }
}
