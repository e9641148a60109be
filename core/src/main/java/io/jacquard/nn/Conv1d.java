package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The convolution of sequences [N, C, L], or of one without N, with a trained kernel.
 *
 * <pre>{@code
 * var layer = new Conv1d(8, 16, 5);
 * layer.call(Tensor.zeros(32, 8, 100)).shape();   // [32, 16, 96]
 * }</pre>
 *
 * <p>Keys, shapes, defaults and initial values are those of PyTorch's {@code nn.Conv1d}.
 */
public final class Conv1d extends Convolutional {
  public Conv1d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvOptions.defaults());
  }

  public Conv1d(int inChannels, int outChannels, int kernelSize, ConvOptions options) {
    this(inChannels, outChannels, kernelSize, options, true);
  }

  public Conv1d(int inChannels, int outChannels, int kernelSize, ConvOptions options, boolean withBias) {
    super(1, inChannels, outChannels, new int[]{kernelSize}, options, withBias);
  }

  @Override
  Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return x.conv1d(weight, bias, options());
  }
}
