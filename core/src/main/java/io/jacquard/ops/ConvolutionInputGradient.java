package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * The gradient of a {@link Convolution} with respect to its input, from that of its result [N, windows..., O] and the
 * weight [kernel..., C/groups, O]; also what a transposed convolution computes.
 *
 * <pre>{@code
 * var window = ConvOptions.defaults().window("conv2d", 3, 3);
 * var op = new ConvolutionInputGradient(window, 1, Shape.of(8, 28, 28, 1));
 * var dx = Tensor.apply(op, Tensor.ones(8, 26, 26, 32), Tensor.zeros(3, 3, 1, 32))[0];
 * }</pre>
 *
 * @param input the shape [N, spatial..., C] of the convolution's input
 */
public record ConvolutionInputGradient(Window window, int groups, Shape input) implements CompositeOp {
  @Override
  public String name() {
    return "conv" + window.rank() + "d_input_backward";
  }

  @Override
  public long multiplyAdds(Spec[] in, Spec[] out) {
    return in[0].shape().numel() * (in[1].shape().numel() / Math.max(1, in[1].shape().size(-1)));
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), input)};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    return new Tensor[]{new WindowMatrices(window, groups).inputGradient(in[0], in[1], input)};
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
    if (b.needs(0)) b.give(0, new Convolution(window, groups), g, b.input(1));
    if (b.needs(1)) b.give(1, new ConvolutionWeightGradient(window, groups), g, b.input(0));
  }
}
