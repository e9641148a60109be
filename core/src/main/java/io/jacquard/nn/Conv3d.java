package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The convolution of volumes [N, C, D, H, W], or of one without N, with a trained kernel.
 *
 * <pre>{@code
 * var layer = new Conv3d(1, 4, 3);
 * layer.call(Tensor.zeros(2, 1, 8, 8, 8)).shape();   // [2, 4, 6, 6, 6]
 * }</pre>
 *
 * <p>Keys, shapes, defaults and initial values are those of PyTorch's {@code nn.Conv3d}.
 */
public final class Conv3d extends Convolutional {
  public Conv3d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvOptions.defaults());
  }

  public Conv3d(int inChannels, int outChannels, int kernelSize, ConvOptions options) {
    this(inChannels, outChannels, kernelSize, options, true);
  }

  public Conv3d(int inChannels, int outChannels, int kernelSize, ConvOptions options, boolean withBias) {
    super(3, inChannels, outChannels, new int[]{kernelSize}, options, withBias);
  }

  /** @param kernelSize one number for each spatial dimension, or one for all */
  public Conv3d(int inChannels, int outChannels, int[] kernelSize, ConvOptions options, boolean withBias) {
    super(3, inChannels, outChannels, kernelSize, options, withBias);
  }

  @Override
  Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return x.conv3d(weight, bias, options());
  }
}
