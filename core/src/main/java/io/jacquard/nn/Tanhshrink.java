package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x - tanh(x).
 *
 * <pre>{@code
 * var y = new Tanhshrink().call(x);
 * }</pre>
 */
public final class Tanhshrink extends Activation {
  public Tanhshrink() {
    super(Scalars.TANHSHRINK);
  }
}
