package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around volumes [N, C, D, H, W], or one without N: what lies inside, mirrored at the outermost elements, which are not repeated.
 *
 * <pre>{@code
 * var y = new ReflectionPad3d(1).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class ReflectionPad3d extends Pad {
  /** @param padding one number for all sides, or 6: before and after, of the last dimension first */
  public ReflectionPad3d(int... padding) {
    super(3, PadMode.REFLECT, padding);
  }
}
