package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The largest element of every window of sequences [N, C, L], or of one without N. Windows lie side by side unless the options give a stride.
 * Padding is never the largest. Of equal elements the first gets the gradient, as in PyTorch.
 *
 * <pre>{@code
 * var layer = new MaxPool1d(2);
 * layer.call(Tensor.zeros(32, 8, 100)).shape();   // [32, 8, 50]
 * }</pre>
 */
public final class MaxPool1d extends Module {
  private final int kernelSize;
  private final PoolOptions options;

  public MaxPool1d(int kernelSize) {
    this(kernelSize, PoolOptions.defaults());
  }

  public MaxPool1d(int kernelSize, PoolOptions options) {
    Check.positive("MaxPool1d", "kernelSize", kernelSize);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.maxPool1d(options, kernelSize);
  }

  @Override
  public String toString() {
    return "MaxPool1d(" + kernelSize + options + ")";
  }
}
