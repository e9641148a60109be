package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around images [N, C, H, W], or one without N: the outermost elements, again and again.
 *
 * <pre>{@code
 * var y = new ReplicationPad2d(1).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class ReplicationPad2d extends Pad {
  /** @param padding one number for all sides, or 4: before and after, of the last dimension first */
  public ReplicationPad2d(int... padding) {
    super(2, PadMode.REPLICATE, padding);
  }
}
