package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * The gradient of a {@link Convolution} with respect to its weight [kernel..., C/groups, O], from its input
 * [N, spatial..., C] and the gradient of its result [N, windows..., O].
 *
 * <pre>{@code
 * var window = ConvOptions.defaults().window("conv2d", 3, 3);
 * var op = new ConvolutionWeightGradient(window, 1);
 * var dw = Tensor.apply(op, Tensor.zeros(8, 28, 28, 1), Tensor.ones(8, 26, 26, 32))[0];   // [3, 3, 1, 32]
 * }</pre>
 */
public record ConvolutionWeightGradient(Window window, int groups) implements CompositeOp {
  @Override
  public String name() {
    return "conv" + window.rank() + "d_weight_backward";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    int rank = window.rank();
    var shape = Shape.of(window.kernel()).insert(rank, in[0].shape().size(-1) / groups).insert(rank + 1,
        in[1].shape().size(-1));
    return new Spec[]{new Spec(in[0].dtype(), shape)};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    return new Tensor[]{new WindowMatrices(window, groups).weightGradient(in[0], in[1])};
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
    if (b.needs(0)) b.give(0, new ConvolutionInputGradient(window, groups, b.inputShape(0)), b.input(1), g);
    if (b.needs(1)) b.give(1, new Convolution(window, groups), b.input(0), g);
  }
}
