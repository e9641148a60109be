package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The convolution of images [N, C, H, W], or of one without N, with a trained kernel.
 *
 * <pre>{@code
 * var layer = new Conv2d(3, 16, 3, ConvOptions.defaults().stride(2).padding(1));
 * layer.call(Tensor.zeros(32, 3, 28, 28)).shape();   // [32, 16, 14, 14]
 * }</pre>
 *
 * <p>Keys, shapes, defaults and initial values are those of PyTorch's {@code nn.Conv2d}.
 */
public final class Conv2d extends Convolutional {
  public Conv2d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvOptions.defaults());
  }

  public Conv2d(int inChannels, int outChannels, int kernelSize, ConvOptions options) {
    this(inChannels, outChannels, kernelSize, options, true);
  }

  public Conv2d(int inChannels, int outChannels, int kernelSize, ConvOptions options, boolean withBias) {
    super(2, inChannels, outChannels, new int[]{kernelSize}, options, withBias);
  }

  /** @param kernelSize one number for each spatial dimension, or one for all */
  public Conv2d(int inChannels, int outChannels, int[] kernelSize, ConvOptions options, boolean withBias) {
    super(2, inChannels, outChannels, kernelSize, options, withBias);
  }

  @Override
  Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return x.conv2d(weight, bias, options());
  }
}
