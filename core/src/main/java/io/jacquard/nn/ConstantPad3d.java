package io.jacquard.nn;

import io.jacquard.ops.PadMode;
import io.jacquard.tensor.Tensor;

/**
 * Puts a value around volumes [N, C, D, H, W], or one without N; fewer than none cut off.
 *
 * <pre>{@code
 * var y = new ConstantPad3d(3.5, 1).call(Tensor.ones(4, 3, 5, 6, 7));
 * }</pre>
 */
public final class ConstantPad3d extends Pad {
  private final double value;

  /** @param padding one number for all sides, or 6: before and after, of the last dimension first */
  public ConstantPad3d(double value, int... padding) {
    super(3, PadMode.ZEROS, padding);
    this.value = value;
  }

  @Override
  Tensor padded(Tensor x, int[] amounts) {
    return x.pad(value, amounts);
  }

  @Override
  String arguments() {
    return value + ", " + super.arguments();
  }
}
