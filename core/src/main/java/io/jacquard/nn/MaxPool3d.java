package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The largest element of every window of volumes [N, C, D, H, W], or of one without N. Windows lie side by side unless the options give a stride.
 * Padding is never the largest. Of equal elements the first gets the gradient, as in PyTorch.
 *
 * <pre>{@code
 * var layer = new MaxPool3d(2);
 * layer.call(Tensor.zeros(2, 4, 8, 8, 8)).shape();   // [2, 4, 4, 4, 4]
 * }</pre>
 */
public final class MaxPool3d extends Module {
  private final int[] kernelSize;
  private final PoolOptions options;

  public MaxPool3d(int kernelSize) {
    this(kernelSize, PoolOptions.defaults());
  }

  public MaxPool3d(int kernelSize, PoolOptions options) {
    this(new int[]{kernelSize}, options);
  }

  /** @param kernelSize one number for each spatial dimension, or one for all */
  public MaxPool3d(int[] kernelSize, PoolOptions options) {
    Check.each("MaxPool3d", "kernelSize", kernelSize, 3);
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.maxPool3d(options, kernelSize);
  }

  @Override
  public String toString() {
    return "MaxPool3d(" + Check.text(kernelSize) + options + ")";
  }
}
