package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * 1 / (1 + exp(-x)).
 *
 * <pre>{@code
 * var y = new Sigmoid().call(x);
 * }</pre>
 */
public final class Sigmoid extends Activation {
  public Sigmoid() {
    super(Scalars.SIGMOID);
  }
}
