package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The convolution (cross-correlation, as everywhere in deep learning) of x [N, spatial..., C] with a weight
 * [kernel..., C/groups, O] and, as a third input that may be left out, a bias [O]: [N, windows..., O]. Channels are the
 * innermost dimension, which is how convolutions are fast; {@link Convolutions} puts PyTorch's shapes on top, by views.
 *
 * <p>Its gradients are two more ops, and theirs are these three again, since a convolution is linear in both inputs.
 * A backend that takes it over gets a contiguous output; zeros of the padding need not be multiplied.
 *
 * <pre>{@code
 * var window = ConvOptions.defaults().window("conv2d", 3, 3);
 * var images = Tensor.zeros(8, 28, 28, 1);
 * var y = Tensor.apply(new Convolution(window, 1), images, Tensor.zeros(3, 3, 1, 32))[0];   // [8, 26, 26, 32]
 * }</pre>
 *
 * @param groups channels and outputs are cut into so many groups that do not mix
 */
public record Convolution(Window window, int groups) implements CompositeOp {
  @Override
  public String name() {
    return "conv" + window.rank() + "d";
  }

  @Override
  public long multiplyAdds(Spec[] in, Spec[] out) {
    return out[0].shape().numel() * (in[1].shape().numel() / Math.max(1, in[1].shape().size(-1)));
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    var weight = in[1];
    int rank = window.rank();
    if (x.shape().rank() != rank + 2 || weight.shape().rank() != rank + 2) {
      throw new JacquardException(name() + ": input " + logical(x) + " and weight " + ofWeight(weight)
          + ", expected " + (rank + 2)
          + " dimensions each: [N, C, spatial...] and [O, C/groups, kernel...].");
    }
    if (!x.dtype().isFloating() || x.dtype() != weight.dtype()
        || in.length > 2 && in[2].dtype() != x.dtype()) {
      throw new JacquardException(name() + ": input is " + x.dtype() + ", weight " + weight.dtype()
          + (in.length > 2 ? ", bias " + in[2].dtype() : "")
          + "; expected one floating type. Convert the input with to(DType), or the module.");
    }
    long channels = x.shape().size(-1);
    long outputs = weight.shape().size(-1);
    if (weight.shape().size(-2) * groups != channels || outputs % groups != 0) {
      throw new JacquardException(
          name() + ": input " + logical(x) + " does not fit weight " + ofWeight(weight)
              + " in " + groups + " group" + (groups == 1 ? "" : "s") + ": the input has " + channels
              + " channels, expected " + weight.shape().size(-2) * groups
              + (outputs % groups == 0 ? "." : ", and outputs that divide by " + groups + ".")
              + " Images are [N, C, H, W]; check in_channels and groups.");
    }
    if (!window.spatial(weight.shape(), 0).equals(Shape.of(window.kernel()))) {
      throw new JacquardException(
          name() + ": weight " + ofWeight(weight) + ", expected a kernel of " + Shape.of(window.kernel())
              + ".");
    }
    if (in.length > 2 && !in[2].shape().equals(Shape.of(outputs))) {
      throw new JacquardException(name() + ": bias " + in[2].shape() + ", expected [" + outputs
          + "], one number for each output of weight " + ofWeight(weight) + ".");
    }
    var spatial = window.spatial(x.shape(), 1);
    window.check(name(), spatial);
    var shape = Window.with(x.shape(), 1, window.outputs(spatial)).with(rank + 1, outputs);
    return new Spec[]{new Spec(x.dtype(), shape)};
  }

  /** In messages shapes are as users give them: channels first. */
  private static Spec logical(Spec x) {
    int rank = x.shape().rank();
    if (rank < 3) return x;
    return new Spec(x.dtype(), x.shape().without(rank - 1).insert(1, x.shape().size(-1)));
  }

  private static Shape ofWeight(Spec weight) {
    int rank = weight.shape().rank();
    if (rank < 3) return weight.shape();
    var kernel = weight.shape().without(rank - 1).without(rank - 2);
    return kernel.insert(0, weight.shape().size(-2)).insert(0, weight.shape().size(-1));
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var y = new WindowMatrices(window, groups).convolve(in[0], in[1]);
    return new Tensor[]{in.length > 2 ? y.add(in[2]) : y};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep((wanted & 1) << 1 | wanted >>> 1 & 1, 0);
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    if (b.needs(0)) b.give(0, new ConvolutionInputGradient(window, groups, b.inputShape(0)), g, b.input(1));
    if (b.needs(1)) b.give(1, new ConvolutionWeightGradient(window, groups), b.input(0), g);
    if (b.inputs() > 2 && b.needs(2)) {
      int[] axes = IntStream.range(0, g.rank() - 1).toArray();
      b.give(2, new Reduce("bias_backward", Fold.SUM, Program.of(v -> v[0], g.dtype()), axes, false), g);
    }
  }
}
