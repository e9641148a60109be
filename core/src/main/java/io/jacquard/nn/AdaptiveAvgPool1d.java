package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * The average of each of so many windows of sequences [N, C, L] as are asked for, whatever the size of the input. The windows
 * are as equal as can be: window i of n over s elements has those from floor(i s / n) to ceil((i + 1) s / n).
 *
 * <pre>{@code
 * var layer = new AdaptiveAvgPool1d(4);
 * layer.call(Tensor.zeros(2, 8, 30)).shape();   // [2, 8, 4]
 * }</pre>
 */
public final class AdaptiveAvgPool1d extends Module {
  private final int outputSize;

  public AdaptiveAvgPool1d(int outputSize) {
    Check.positive("AdaptiveAvgPool1d", "outputSize", outputSize);
    this.outputSize = outputSize;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveAvgPool1d(outputSize);
  }

  @Override
  public String toString() {
    return "AdaptiveAvgPool1d(" + outputSize + ")";
  }
}
