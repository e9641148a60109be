package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;

/**
 * What windows of images [N, C, H, W] see, as the columns of a matrix: [N, C * taps, windows]. A convolution is then a product
 * of matrices.
 *
 * <pre>{@code
 * var columns = new Unfold(3, ConvOptions.defaults().padding(1)).call(Tensor.ones(8, 4, 10, 10));   // [8, 36, 100]
 * }</pre>
 */
public final class Unfold extends Module {
  private final int[] kernelSize;
  private final ConvOptions options;

  public Unfold(int kernelSize) {
    this(kernelSize, ConvOptions.defaults());
  }

  public Unfold(int kernelSize, ConvOptions options) {
    this(new int[]{kernelSize}, options);
  }

  /**
   * @param kernelSize one number for both spatial dimensions, or two
   * @param options stride, padding and dilation
   */
  public Unfold(int[] kernelSize, ConvOptions options) {
    Check.each("Unfold", "kernelSize", kernelSize, 2);
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.im2col(options, kernelSize);
  }

  @Override
  public String toString() {
    return "Unfold(" + Check.text(kernelSize) + options + ")";
  }
}
