package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x * hardsigmoid(x) (Howard et al. 2019).
 *
 * <pre>{@code
 * var y = new Hardswish().call(x);
 * }</pre>
 */
public final class Hardswish extends Activation {
  public Hardswish() {
    super(Scalars.HARDSWISH);
  }
}
