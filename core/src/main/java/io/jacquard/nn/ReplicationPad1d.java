package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around sequences [N, C, L], or one without N: the outermost elements, again and again.
 *
 * <pre>{@code
 * var y = new ReplicationPad1d(1).call(Tensor.ones(4, 3, 10));
 * }</pre>
 */
public final class ReplicationPad1d extends Pad {
  /** @param padding one number for all sides, or 2: before and after, of the last dimension first */
  public ReplicationPad1d(int... padding) {
    super(1, PadMode.REPLICATE, padding);
  }
}
