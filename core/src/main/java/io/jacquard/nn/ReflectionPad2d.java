package io.jacquard.nn;

import io.jacquard.ops.PadMode;

/**
 * Puts elements around images [N, C, H, W], or one without N: what lies inside, mirrored at the outermost elements, which are not repeated.
 *
 * <pre>{@code
 * var y = new ReflectionPad2d(1).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class ReflectionPad2d extends Pad {
  /** @param padding one number for all sides, or 4: before and after, of the last dimension first */
  public ReflectionPad2d(int... padding) {
    super(2, PadMode.REFLECT, padding);
  }
}
