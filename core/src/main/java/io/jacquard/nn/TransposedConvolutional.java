package io.jacquard.nn;

import io.jacquard.ops.ConvOptions;
import java.util.stream.IntStream;

/** What layers of transposed convolution have beyond {@link Convolutional}: how much larger their results are made. */
abstract sealed class TransposedConvolutional extends Convolutional permits ConvTranspose1d, ConvTranspose2d {
  private final int[] outputPadding;

  TransposedConvolutional(int rank, int inChannels, int outChannels, int[] kernel, ConvOptions options,
      int[] outputPadding, boolean withBias) {
    super(rank, true, inChannels, outChannels, kernel, options, withBias);
    this.outputPadding = outputPadding.clone();
  }

  final int[] outputPadding() {
    return outputPadding.clone();
  }

  @Override
  final String extra() {
    return IntStream.of(outputPadding).allMatch(n -> n == 0)
        ? ""
        : ", output_padding=" + Check.text(outputPadding);
  }
}
