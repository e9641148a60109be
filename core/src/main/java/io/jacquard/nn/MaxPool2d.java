package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The largest element of every window of images [N, C, H, W], or of one without N. Windows lie side by side unless the options give a stride.
 * Padding is never the largest. Of equal elements the first gets the gradient, as in PyTorch.
 *
 * <pre>{@code
 * var layer = new MaxPool2d(2);
 * layer.call(Tensor.zeros(32, 16, 28, 28)).shape();   // [32, 16, 14, 14]
 * }</pre>
 */
public final class MaxPool2d extends Module {
  private final int[] kernelSize;
  private final PoolOptions options;

  public MaxPool2d(int kernelSize) {
    this(kernelSize, PoolOptions.defaults());
  }

  public MaxPool2d(int kernelSize, PoolOptions options) {
    this(new int[]{kernelSize}, options);
  }

  /** @param kernelSize one number for each spatial dimension, or one for all */
  public MaxPool2d(int[] kernelSize, PoolOptions options) {
    Check.each("MaxPool2d", "kernelSize", kernelSize, 2);
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.maxPool2d(options, kernelSize);
  }

  @Override
  public String toString() {
    return "MaxPool2d(" + Check.text(kernelSize) + options + ")";
  }
}
