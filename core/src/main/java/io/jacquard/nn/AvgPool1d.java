package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The average of every window of sequences [N, C, L], or of one without N. Windows lie side by side unless the options give a stride.
 * Padding counts as zeros, unless the options say otherwise.
 *
 * <pre>{@code
 * var layer = new AvgPool1d(2);
 * layer.call(Tensor.zeros(32, 8, 100)).shape();   // [32, 8, 50]
 * }</pre>
 */
public final class AvgPool1d extends Module {
  private final int kernelSize;
  private final PoolOptions options;

  public AvgPool1d(int kernelSize) {
    this(kernelSize, PoolOptions.defaults());
  }

  public AvgPool1d(int kernelSize, PoolOptions options) {
    Check.positive("AvgPool1d", "kernelSize", kernelSize);
    this.kernelSize = kernelSize;
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.avgPool1d(options, kernelSize);
  }

  @Override
  public String toString() {
    return "AvgPool1d(" + kernelSize + options + ")";
  }
}
