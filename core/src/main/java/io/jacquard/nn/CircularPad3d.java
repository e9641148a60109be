package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around volumes [N, C, D, H, W], or one without N: what lies at the other end.
 *
 * <pre>{@code
 * var y = new CircularPad3d(1).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class CircularPad3d extends Pad {
  /** @param padding one number for all sides, or 6: before and after, of the last dimension first */
  public CircularPad3d(int... padding) {
    super(3, PadMode.CIRCULAR, padding);
  }
}
