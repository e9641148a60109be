package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolutions;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What layers of transposed convolution share: their parameters, and how these begin.
 *
 * <p>Weight [C, O/groups, kernel...] and bias [O] are drawn uniformly from plus or minus 1/sqrt(O/groups * taps), which is
 * PyTorch's default: its fan counts the second dimension. In memory the weight lies [kernel..., O/groups, C], as that of the
 * convolution whose gradient this is.
 */
abstract sealed class TransposedConvolutional extends Module permits ConvTranspose1d, ConvTranspose2d {
  private final int inChannels;
  private final int outChannels;
  private final int[] kernel;
  private final ConvOptions options;
  private final int[] outputPadding;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  TransposedConvolutional(int rank, int inChannels, int outChannels, int[] kernel, ConvOptions options,
      int[] outputPadding, boolean withBias) {
    var layer = "ConvTranspose" + rank + "d";
    Check.positive(layer, "inChannels", inChannels);
    Check.positive(layer, "outChannels", outChannels);
    Check.each(layer, "kernelSize", kernel, rank);
    Check.divides(layer, "inChannels", inChannels, "groups", options.groups());
    Check.divides(layer, "outChannels", outChannels, "groups", options.groups());
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernel = kernel.clone();
    this.options = options;
    this.outputPadding = outputPadding.clone();
    var sizes = IntStream.range(0, rank).mapToLong(a -> kernel[kernel.length == 1 ? 0 : a]).toArray();
    options.window(layer, sizes);
    int channels = outChannels / options.groups();
    var shape = Shape.of(sizes).insert(rank, channels).insert(rank + 1, inChannels);
    double bound = 1 / Math.sqrt((double) channels * Shape.of(sizes).numel());
    var uniform = Init.uniform(-bound, bound);
    weight = parameter("weight", Convolutions.asWeight(uniform.of(shape)));
    bias = withBias ? parameter("bias", uniform.of(Shape.of(outChannels))) : null;
  }

  /** What the layer computes, with parameters of the same shapes as its own. */
  abstract Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias);

  @Override
  protected final Tensor forward(Tensor x) {
    return with(x, weight.value(), bias == null ? null : bias.value());
  }

  /** [C, O/groups, kernel...] */
  public final Parameter weight() {
    return weight;
  }

  /** [O]; null if the layer was made without. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  final ConvOptions options() {
    return options;
  }

  final int[] outputPadding() {
    return outputPadding.clone();
  }

  /** The constructor's call, with what differs from the defaults. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + inChannels + ", " + outChannels + ", " + Check.text(kernel)
        + options + (IntStream.of(outputPadding).allMatch(n -> n == 0)
            ? ""
            : ", output_padding=" + Check.text(outputPadding))
        + (bias == null ? ", bias=false)" : ")");
  }
}
