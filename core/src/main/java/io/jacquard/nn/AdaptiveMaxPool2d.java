package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * The largest element of each of so many windows of images [N, C, H, W] as are asked for, whatever the size of the input. The windows
 * are as equal as can be: window i of n over s elements has those from floor(i s / n) to ceil((i + 1) s / n).
 *
 * <pre>{@code
 * var layer = new AdaptiveMaxPool2d(1);
 * layer.call(Tensor.zeros(2, 64, 7, 7)).shape();   // [2, 64, 1, 1]
 * }</pre>
 */
public final class AdaptiveMaxPool2d extends Module {
  private final int[] outputSize;

  /** @param outputSize one number for each spatial dimension, or one for all */
  public AdaptiveMaxPool2d(int... outputSize) {
    Check.each("AdaptiveMaxPool2d", "outputSize", outputSize, 2);
    this.outputSize = outputSize.clone();
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.adaptiveMaxPool2d(outputSize);
  }

  @Override
  public String toString() {
    return "AdaptiveMaxPool2d(" + Check.text(outputSize) + ")";
  }
}
