package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around sequences [N, C, L], or one without N: what lies inside, mirrored at the outermost elements, which are not repeated.
 *
 * <pre>{@code
 * var y = new ReflectionPad1d(1).call(Tensor.ones(4, 3, 10));
 * }</pre>
 */
public final class ReflectionPad1d extends Pad {
  /** @param padding one number for all sides, or 2: before and after, of the last dimension first */
  public ReflectionPad1d(int... padding) {
    super(1, PadMode.REFLECT, padding);
  }
}
