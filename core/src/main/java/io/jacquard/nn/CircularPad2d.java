package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around images [N, C, H, W], or one without N: what lies at the other end.
 *
 * <pre>{@code
 * var y = new CircularPad2d(1).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class CircularPad2d extends Pad {
  /** @param padding one number for all sides, or 4: before and after, of the last dimension first */
  public CircularPad2d(int... padding) {
    super(2, PadMode.CIRCULAR, padding);
  }
}
