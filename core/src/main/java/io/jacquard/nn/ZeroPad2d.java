package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around images [N, C, H, W], or one without N: zeros; fewer than none cut off.
 *
 * <pre>{@code
 * var y = new ZeroPad2d(1).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class ZeroPad2d extends Pad {
  /** @param padding one number for all sides, or 4: before and after, of the last dimension first */
  public ZeroPad2d(int... padding) {
    super(2, PadMode.ZEROS, padding);
  }
}
