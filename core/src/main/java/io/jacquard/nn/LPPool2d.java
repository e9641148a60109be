package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The norm of every window of images [N, C, H, W], or of one without N: {@code (sum x^p)^(1/p)}, without magnitudes, as in
 * PyTorch. For p = 1 it is the sum, for a large p near the largest element. Windows lie side by side unless the options give a
 * stride.
 *
 * <pre>{@code
 * var y = new LPPool2d(2, 3).call(Tensor.ones(4, 3, 10, 8));
 * }</pre>
 */
public final class LPPool2d extends Module {
  private final double normType;
  private final int[] kernelSize;
  private final PoolOptions options;

  /** @param normType the exponent p, any number but 0 */
  public LPPool2d(double normType, int kernelSize) {
    this(normType, new int[]{kernelSize}, PoolOptions.defaults());
  }

  /**
   * @param normType the exponent p, any number but 0
   * @param kernelSize one number for each spatial dimension, or one for all
   * @param options stride and ceil mode; there is no padding
   */
  public LPPool2d(double normType, int[] kernelSize, PoolOptions options) {
    Check.each("LPPool2d", "kernelSize", kernelSize, 2);
    Check.nonZero("LPPool2d", "normType", normType);
    this.normType = normType;
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.lpPool2d(normType, options, kernelSize);
  }

  @Override
  public String toString() {
    return "LPPool2d(" + normType + ", " + Check.text(kernelSize) + options + ")";
  }
}
