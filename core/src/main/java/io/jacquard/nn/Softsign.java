package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * x / (1 + |x|).
 *
 * <pre>{@code
 * var y = new Softsign().call(x);
 * }</pre>
 */
public final class Softsign extends Activation {
  public Softsign() {
    super(Scalars.SOFTSIGN);
  }
}
