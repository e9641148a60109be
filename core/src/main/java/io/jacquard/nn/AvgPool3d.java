package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The average of every window of volumes [N, C, D, H, W], or of one without N. Windows lie side by side unless the options give a stride.
 * Padding counts as zeros, unless the options say otherwise.
 *
 * <pre>{@code
 * var layer = new AvgPool3d(2);
 * layer.call(Tensor.zeros(2, 4, 8, 8, 8)).shape();   // [2, 4, 4, 4, 4]
 * }</pre>
 */
public final class AvgPool3d extends Module {
  private final int[] kernelSize;
  private final PoolOptions options;

  public AvgPool3d(int kernelSize) {
    this(kernelSize, PoolOptions.defaults());
  }

  public AvgPool3d(int kernelSize, PoolOptions options) {
    this(new int[]{kernelSize}, options);
  }

  /** @param kernelSize one number for each spatial dimension, or one for all */
  public AvgPool3d(int[] kernelSize, PoolOptions options) {
    Check.each("AvgPool3d", "kernelSize", kernelSize, 3);
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.avgPool3d(options, kernelSize);
  }

  @Override
  public String toString() {
    return "AvgPool3d(" + Check.text(kernelSize) + options + ")";
  }
}
