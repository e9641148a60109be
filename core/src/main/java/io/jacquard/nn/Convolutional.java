package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolutions;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What convolution layers of one to three dimensions share, the transposed ones too: their parameters, and how these begin.
 *
 * <p>The weight is [O, C/groups, kernel...], of a transposed layer [C, O/groups, kernel...]; bias [O]. Both are drawn
 * uniformly from plus or minus 1/sqrt(second dimension * taps), which is PyTorch's default (He's initialisation with a =
 * sqrt(5), whose fan counts the second dimension). In memory the weight lies the other way round, its first dimension
 * last, which is the order in which convolutions read it; files and {@code stateDict} have PyTorch's.
 */
abstract sealed class Convolutional extends Module permits Conv1d, Conv2d, Conv3d, TransposedConvolutional {
  private final int inChannels;
  private final int outChannels;
  private final int[] kernel;
  private final ConvOptions options;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /** @param kernel one number, or one for each of {@code rank} dimensions */
  Convolutional(int rank, int inChannels, int outChannels, int[] kernel, ConvOptions options,
      boolean withBias) {
    this(rank, false, inChannels, outChannels, kernel, options, withBias);
  }

  Convolutional(int rank, boolean transposed, int inChannels, int outChannels, int[] kernel,
      ConvOptions options, boolean withBias) {
    var layer = (transposed ? "ConvTranspose" : "Conv") + rank + "d";
    Check.positive(layer, "inChannels", inChannels);
    Check.positive(layer, "outChannels", outChannels);
    Check.each(layer, "kernelSize", kernel, rank);
    Check.divides(layer, "inChannels", inChannels, "groups", options.groups());
    Check.divides(layer, "outChannels", outChannels, "groups", options.groups());
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernel = kernel.clone();
    this.options = options;
    var sizes = IntStream.range(0, rank).mapToLong(a -> kernel[kernel.length == 1 ? 0 : a]).toArray();
    options.window(layer, sizes);
    int first = transposed ? inChannels : outChannels;
    int second = (transposed ? outChannels : inChannels) / options.groups();
    var shape = Shape.of(sizes).insert(rank, second).insert(rank + 1, first);
    double bound = 1 / Math.sqrt((double) second * Shape.of(sizes).numel());
    var uniform = Init.uniform(-bound, bound);
    weight = parameter("weight", Convolutions.asWeight(uniform.of(shape)));
    bias = withBias ? parameter("bias", uniform.of(Shape.of(outChannels))) : null;
  }

  /** What the layer computes, with parameters of the same shapes as its own. */
  abstract Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias);

  /** [O, C/groups, kernel...]; of a transposed layer [C, O/groups, kernel...] */
  public final Parameter weight() {
    return weight;
  }

  /** [O]; null if the layer was made without. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    return with(x, weight.value(), bias == null ? null : bias.value());
  }

  final ConvOptions options() {
    return options;
  }

  /** What {@link #toString} says beyond sizes and options. */
  String extra() {
    return "";
  }

  /** The constructor's call, with what differs from the defaults. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + inChannels + ", " + outChannels + ", " + Check.text(kernel)
        + options + extra() + (bias == null ? ", bias=false)" : ")");
  }
}
