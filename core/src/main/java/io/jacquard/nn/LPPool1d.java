package io.jacquard.nn;

import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;

/**
 * The norm of every window of sequences [N, C, L], or of one without N: {@code (sum x^p)^(1/p)}, without magnitudes, as in
 * PyTorch. For p = 1 it is the sum, for a large p near the largest element. Windows lie side by side unless the options give a
 * stride.
 *
 * <pre>{@code
 * var y = new LPPool1d(2, 3).call(Tensor.ones(4, 3, 10));
 * }</pre>
 */
public final class LPPool1d extends Module {
  private final double normType;
  private final int kernelSize;
  private final PoolOptions options;

  /** @param normType the exponent p, any number but 0 */
  public LPPool1d(double normType, int kernelSize) {
    this(normType, kernelSize, PoolOptions.defaults());
  }

  /**
   * @param normType the exponent p, any number but 0
   * @param options stride and ceil mode; there is no padding
   */
  public LPPool1d(double normType, int kernelSize, PoolOptions options) {
    Check.positive("LPPool1d", "kernelSize", kernelSize);
    Check.nonZero("LPPool1d", "normType", normType);
    this.normType = normType;
    this.kernelSize = kernelSize;
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.lpPool1d(normType, options, kernelSize);
  }

  @Override
  public String toString() {
    return "LPPool1d(" + normType + ", " + kernelSize + options + ")";
  }
}
