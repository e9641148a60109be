package io.jacquard.nn;

import io.jacquard.ops.PadMode;
import io.jacquard.tensor.Tensor;

/**
 * Puts a value around images [N, C, H, W], or one without N; fewer than none cut off.
 *
 * <pre>{@code
 * var y = new ConstantPad2d(3.5, 1).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class ConstantPad2d extends Pad {
  private final double value;

  /** @param padding one number for all sides, or 4: before and after, of the last dimension first */
  public ConstantPad2d(double value, int... padding) {
    super(2, PadMode.ZEROS, padding);
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
