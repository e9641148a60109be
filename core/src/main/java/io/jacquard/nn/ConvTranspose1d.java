package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The transposed convolution of sequences [N, C, L], or of one without N, with a trained kernel: with stride 2 it doubles
 * their size. It computes what a convolution makes of its result's gradient (Zeiler et al.: Deconvolutional Networks, 2010).
 *
 * <pre>{@code
 * var layer = new ConvTranspose1d(16, 4, 4, ConvOptions.defaults().stride(2).padding(1));
 * layer.call(Tensor.zeros(8, 16, 10)).shape();   // [8, 4, 20]
 * }</pre>
 *
 * <p>Keys, shapes, defaults and initial values are those of PyTorch's {@code nn.ConvTranspose1d}.
 */
public final class ConvTranspose1d extends TransposedConvolutional {
  public ConvTranspose1d(int inChannels, int outChannels, int kernelSize) {
    this(inChannels, outChannels, kernelSize, ConvOptions.defaults());
  }

  /** @param options zeros around as padding cut off so many elements of the result; other modes are refused */
  public ConvTranspose1d(int inChannels, int outChannels, int kernelSize, ConvOptions options) {
    this(inChannels, outChannels, new int[]{kernelSize}, options, new int[]{0}, true);
  }

  /**
   * @param kernelSize one number for each spatial dimension, or one for all
   * @param outputPadding elements more at the end of the result, fewer than the stride or the dilation; one or one for each
   */
  public ConvTranspose1d(int inChannels, int outChannels, int[] kernelSize, ConvOptions options,
      int[] outputPadding, boolean withBias) {
    super(1, inChannels, outChannels, kernelSize, options, outputPadding, withBias);
  }

  @Override
  Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return x.convTranspose1d(weight, bias, options(), outputPadding());
  }
}
