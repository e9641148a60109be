package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions in PyTorch's shapes: input [N, C, spatial...] or [C, spatial...], weight [O, C/groups, kernel...]. The
 * op's own order, channels last, is reached by views, so an input that lies channels-last costs nothing; the result does.
 *
 * <pre>{@code
 * var y = Convolutions.conv(2, Tensor.zeros(8, 1, 28, 28), Tensor.zeros(32, 1, 3, 3), null, ConvOptions.defaults());
 * }</pre>
 */
public final class Convolutions {
  private Convolutions() {}

  /** @param rank the number of spatial dimensions */
  public static Tensor conv(int rank, Tensor x, Tensor weight, @Nullable Tensor bias, ConvOptions options) {
    var op = "conv" + rank + "d";
    if (x.rank() == rank + 1)
      return conv(rank, x.unsqueeze(0), weight, bias, options).squeeze(0);
    if (x.rank() != rank + 2 || weight.rank() != rank + 2) {
      throw new JacquardException(op + ": input " + x.shape() + " and weight " + weight.shape()
          + ", expected [N, C, spatial...] or [C, spatial...] and [O, C/groups, kernel...], with " + rank
          + " spatial dimension" + (rank == 1 ? "." : "s."));
    }
    var window = options.window(op, kernel(weight));
    if (options.mode() != PadMode.ZEROS && window.hasPadding()) {
      x = Padding.around(x, options.mode(), window);
      window = window.unpadded();
    }
    var convolution = new Convolution(window, options.groups());
    var images = x.permute(channelsLast(rank));
    var kernels = weight.permute(innermostFirst(rank));
    var y = bias == null
        ? Tensor.apply(convolution, images, kernels)[0]
        : Tensor.apply(convolution, images, kernels, bias)[0];
    return y.permute(channelsFirst(rank));
  }

  /**
   * The transposed convolution: the gradient of a convolution with respect to its input, which makes images larger where
   * that convolution makes them smaller (Zeiler et al.: Deconvolutional Networks, 2010). For the weight [C, O/groups,
   * kernel...] the result has {@code (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1}
   * elements along each dimension.
   *
   * @param outputPadding elements more at the end, fewer than the stride or the dilation
   */
  public static Tensor transposed(int rank, Tensor input, Tensor kernels, @Nullable Tensor offset,
      ConvOptions options, List<Integer> outputPadding) {
    var x = Autocast.ofProduct(input);
    var weight = Autocast.ofProduct(kernels);
    var bias = offset == null ? null : Autocast.ofProduct(offset);
    var op = "conv_transpose" + rank + "d";
    if (x.rank() == rank + 1)
      return transposed(rank, x.unsqueeze(0), weight, bias, options, outputPadding).squeeze(0);
    int groups = options.groups();
    if (x.rank() != rank + 2 || weight.rank() != rank + 2 || !x.dtype().isFloating()
        || weight.dtype() != x.dtype() || bias != null && bias.dtype() != x.dtype()) {
      throw new JacquardException(op + ": input " + x.spec() + " and weight " + weight.spec()
          + (bias == null ? "" : ", bias " + bias.spec())
          + ", expected one floating type, [N, C, spatial...] or [C, spatial...] and [C, O/groups, kernel...].");
    }
    if (options.same() || options.mode() != PadMode.ZEROS) {
      throw new JacquardException(op + ": padding is" + options.toString().substring(1)
          + ", expected numbers, and zeros around.");
    }
    var window = options.window(op, kernel(weight));
    if (weight.size(0) != x.size(1) || x.size(1) % groups != 0) {
      throw new JacquardException(op + ": input " + x.shape() + " does not fit weight " + weight.shape()
          + " in " + groups + " groups: expected " + weight.size(0) + " channels that divide by the groups.");
    }
    long outputs = weight.size(1) * groups;
    if (bias != null && !bias.shape().equals(Shape.of(outputs))) {
      throw new JacquardException(op + ": bias " + bias.shape() + ", expected [" + outputs
          + "], one number for each output of weight " + weight.shape() + ".");
    }
    var larger = TransposedSizes.of(op, window, x.shape(), outputs,
        Window.each(op, "output_padding", outputPadding, rank, 0));
    var gradient = new ConvolutionInputGradient(larger.window(), groups, larger.reached());
    var y = Tensor.apply(gradient, x.permute(channelsLast(rank)), weight.permute(innermostFirst(rank)))[0];
    y = Embed.pad(y, larger.whole());
    return (bias == null ? y : y.add(bias)).permute(channelsFirst(rank));
  }

  private static long[] kernel(Tensor weight) {
    return IntStream.range(2, weight.rank()).mapToLong(weight::size).toArray();
  }

  /** [N, C, spatial...] to [N, spatial..., C]. */
  static int[] channelsLast(int rank) {
    return IntStream.range(0, rank + 2).map(d -> d == 0 ? 0 : d == rank + 1 ? 1 : d + 1).toArray();
  }

  /** [N, spatial..., C] to [N, C, spatial...]. */
  static int[] channelsFirst(int rank) {
    return IntStream.range(0, rank + 2).map(d -> d == 0 ? 0 : d == 1 ? rank + 1 : d - 1).toArray();
  }

  /** [O, C, kernel...] to [kernel..., C, O]. */
  static int[] innermostFirst(int rank) {
    return IntStream.range(0, rank + 2).map(d -> d < rank ? d + 2 : rank + 1 - d).toArray();
  }

  /** A weight [kernel..., C, O] as PyTorch has it, [O, C, kernel...]; a view. */
  public static Tensor asWeight(Tensor kernels) {
    int rank = kernels.rank() - 2;
    return kernels.permute(IntStream.range(0, rank + 2).map(d -> d < 2 ? rank + 1 - d : d - 2).toArray());
  }
}
