package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * The average of each of so many windows of images [N, C, H, W] as are asked for, whatever the size of the input. The windows
 * are as equal as can be: window i of n over s elements has those from floor(i s / n) to ceil((i + 1) s / n).
 *
 * <pre>{@code
 * var layer = new AdaptiveAvgPool2d(1);
 * layer.call(Tensor.zeros(2, 64, 7, 7)).shape();   // [2, 64, 1, 1]
 * }</pre>
 */
public final class AdaptiveAvgPool2d extends Module {
  private final int[] outputSize;

  /** @param outputSize one number for each spatial dimension, or one for all */
  public AdaptiveAvgPool2d(int... outputSize) {
    Check.each("AdaptiveAvgPool2d", "outputSize", outputSize, 2);
    this.outputSize = outputSize.clone();
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveAvgPool2d(outputSize);
  }

  @Override
  public String toString() {
    return "AdaptiveAvgPool2d(" + Check.text(outputSize) + ")";
  }
}
