package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around sequences [N, C, L], or one without N: what lies at the other end.
 *
 * <pre>{@code
 * var y = new CircularPad1d(1).call(Tensor.ones(4, 3, 10));
 * }</pre>
 */
public final class CircularPad1d extends Pad {
  /** @param padding one number for all sides, or 2: before and after, of the last dimension first */
  public CircularPad1d(int... padding) {
    super(1, PadMode.CIRCULAR, padding);
  }
}
