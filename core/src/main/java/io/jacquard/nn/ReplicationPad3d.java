package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around volumes [N, C, D, H, W], or one without N: the outermost elements, again and again.
 *
 * <pre>{@code
 * var y = new ReplicationPad3d(1).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class ReplicationPad3d extends Pad {
  /** @param padding one number for all sides, or 6: before and after, of the last dimension first */
  public ReplicationPad3d(int... padding) {
    super(3, PadMode.REPLICATE, padding);
  }
}
