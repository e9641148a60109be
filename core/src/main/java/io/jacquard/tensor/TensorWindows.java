package io.jacquard.tensor;

import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolutions;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.Pooling;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Tensor} computes with windows that move over the last dimensions: convolutions and pooling, of shapes
 * [N, C, spatial...] or [C, spatial...]. Channels are best innermost in memory, and results of convolutions lie so.
 */
sealed interface TensorWindows extends Shaped permits Tensor {
  /** The convolution of [N, C, L] with weight [O, C, K] and bias [O], or null for none: [N, O, L - K + 1]. */
  default Tensor conv1d(Tensor weight, @Nullable Tensor bias) {
    return conv1d(weight, bias, ConvOptions.defaults());
  }

  default Tensor conv1d(Tensor weight, @Nullable Tensor bias, ConvOptions options) {
    return Convolutions.conv(1, self(), weight, bias, options);
  }

  /**
   * The convolution of images [N, C, H, W] with weight [O, C, KH, KW] and bias [O], or null for none:
   * [N, O, H - KH + 1, W - KW + 1].
   */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias) {
    return conv2d(weight, bias, ConvOptions.defaults());
  }

  /** As {@link #conv2d(Tensor, Tensor)} with stride, padding, dilation or groups; the weight is [O, C/groups, KH, KW]. */
  default Tensor conv2d(Tensor weight, @Nullable Tensor bias, ConvOptions options) {
    return Convolutions.conv(2, self(), weight, bias, options);
  }

  /** The convolution of [N, C, D, H, W] with weight [O, C, KD, KH, KW] and bias [O], or null for none. */
  default Tensor conv3d(Tensor weight, @Nullable Tensor bias) {
    return conv3d(weight, bias, ConvOptions.defaults());
  }

  default Tensor conv3d(Tensor weight, @Nullable Tensor bias, ConvOptions options) {
    return Convolutions.conv(3, self(), weight, bias, options);
  }

  /** The transposed convolution of [N, C, L] with weight [C, O/groups, K]; see {@link #convTranspose2d}. */
  default Tensor convTranspose1d(Tensor weight, @Nullable Tensor bias, ConvOptions options,
      int... outputPadding) {
    return Convolutions.transposed(1, self(), weight, bias, options, orZero(outputPadding));
  }

  /**
   * The transposed convolution of images [N, C, H, W] with weight [C, O/groups, KH, KW] and bias [O], or null for none: what
   * a convolution with these options makes of its result's gradient. Each size becomes {@code (size - 1) * stride - 2 *
   * padding + dilation * (kernel - 1) + outputPadding + 1}.
   *
   * @param outputPadding elements more at the end, fewer than the stride or the dilation; one number or two, or none for 0
   */
  default Tensor convTranspose2d(Tensor weight, @Nullable Tensor bias, ConvOptions options,
      int... outputPadding) {
    return Convolutions.transposed(2, self(), weight, bias, options, orZero(outputPadding));
  }

  private static List<Integer> orZero(int[] values) {
    return values.length == 0 ? List.of(0) : list(values);
  }

  /**
   * The p-norm of every window along the last dimension: {@code (sum x^p)^(1/p)}, without magnitudes, as in PyTorch.
   *
   * @param p any number but 0
   */
  default Tensor lpPool1d(double p, PoolOptions options, int kernel) {
    return Pooling.norm(1, self(), p, List.of(kernel), options);
  }

  /** As {@link #lpPool1d}, of images; the kernel is one number, or one for each of the last two dimensions. */
  default Tensor lpPool2d(double p, PoolOptions options, int... kernel) {
    return Pooling.norm(2, self(), p, list(kernel), options);
  }

  /** The largest of every {@code kernel} elements along the last dimension. */
  default Tensor maxPool1d(int kernel) {
    return maxPool1d(PoolOptions.defaults(), kernel);
  }

  default Tensor maxPool1d(PoolOptions options, int kernel) {
    return Pooling.max(1, self(), List.of(kernel), options);
  }

  /** The largest of every window; the kernel is one number, or one for each of the last two dimensions. */
  default Tensor maxPool2d(int... kernel) {
    return maxPool2d(PoolOptions.defaults(), kernel);
  }

  /** Of equal elements the first counts; the result is NaN where a window has one. Padding is never the largest. */
  default Tensor maxPool2d(PoolOptions options, int... kernel) {
    return Pooling.max(2, self(), list(kernel), options);
  }

  default Tensor maxPool3d(int... kernel) {
    return maxPool3d(PoolOptions.defaults(), kernel);
  }

  default Tensor maxPool3d(PoolOptions options, int... kernel) {
    return Pooling.max(3, self(), list(kernel), options);
  }

  /** The average of every {@code kernel} elements along the last dimension. */
  default Tensor avgPool1d(int kernel) {
    return avgPool1d(PoolOptions.defaults(), kernel);
  }

  default Tensor avgPool1d(PoolOptions options, int kernel) {
    return Pooling.average(1, self(), List.of(kernel), options);
  }

  /** The average of every window; the kernel is one number, or one for each of the last two dimensions. */
  default Tensor avgPool2d(int... kernel) {
    return avgPool2d(PoolOptions.defaults(), kernel);
  }

  /** Padding counts as zeros, unless the options say otherwise; what lies beyond the padding never counts. */
  default Tensor avgPool2d(PoolOptions options, int... kernel) {
    return Pooling.average(2, self(), list(kernel), options);
  }

  default Tensor avgPool3d(int... kernel) {
    return avgPool3d(PoolOptions.defaults(), kernel);
  }

  default Tensor avgPool3d(PoolOptions options, int... kernel) {
    return Pooling.average(3, self(), list(kernel), options);
  }

  /** The averages of {@code output} windows along the last dimension, as equal in size as can be. */
  default Tensor adaptiveAvgPool1d(int output) {
    return Pooling.adaptiveAverage(1, self(), List.of(output));
  }

  /** The averages of so many windows as one number says, or one for each of the last two dimensions. */
  default Tensor adaptiveAvgPool2d(int... output) {
    return Pooling.adaptiveAverage(2, self(), list(output));
  }

  default Tensor adaptiveAvgPool3d(int... output) {
    return Pooling.adaptiveAverage(3, self(), list(output));
  }

  /** The largest of {@code output} windows along the last dimension, as equal in size as can be. */
  default Tensor adaptiveMaxPool1d(int output) {
    return Pooling.adaptiveMax(1, self(), List.of(output));
  }

  /** The largest of so many windows as one number says, or one for each of the last two dimensions. */
  default Tensor adaptiveMaxPool2d(int... output) {
    return Pooling.adaptiveMax(2, self(), list(output));
  }

  default Tensor adaptiveMaxPool3d(int... output) {
    return Pooling.adaptiveMax(3, self(), list(output));
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
