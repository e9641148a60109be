package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around volumes [N, C, D, H, W], or one without N: zeros; fewer than none cut off.
 *
 * <pre>{@code
 * var y = new ZeroPad3d(1).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class ZeroPad3d extends Pad {
  /** @param padding one number for all sides, or 6: before and after, of the last dimension first */
  public ZeroPad3d(int... padding) {
    super(3, PadMode.ZEROS, padding);
  }
}
