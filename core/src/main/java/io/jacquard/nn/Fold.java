package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;

/**
 * The columns of a matrix [N, C * taps, windows] put back where {@link Unfold} took them from: images [N, C, H, W] in which
 * windows that overlap add up.
 *
 * <pre>{@code
 * var images = new Fold(10, 10, 3, ConvOptions.defaults().padding(1)).call(Tensor.ones(8, 36, 100));   // [8, 4, 10, 10]
 * }</pre>
 */
public final class Fold extends Module {
  private final int height;
  private final int width;
  private final int[] kernelSize;
  private final ConvOptions options;

  public Fold(int height, int width, int kernelSize, ConvOptions options) {
    this(height, width, new int[]{kernelSize}, options);
  }

  /**
   * @param height of the images
   * @param kernelSize one number for both spatial dimensions, or two
   * @param options stride, padding and dilation
   */
  public Fold(int height, int width, int[] kernelSize, ConvOptions options) {
    Check.positive("Fold", "height", height);
    Check.positive("Fold", "width", width);
    Check.each("Fold", "kernelSize", kernelSize, 2);
    this.height = height;
    this.width = width;
    this.kernelSize = kernelSize.clone();
    this.options = options;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.col2im(options, kernelSize, height, width);
  }

  @Override
  public String toString() {
    return "Fold((" + height + ", " + width + "), " + Check.text(kernelSize) + options + ")";
  }
}
