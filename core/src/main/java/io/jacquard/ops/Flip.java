package io.jacquard.ops;

import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.ViewOp;

/**
 * One dimension backwards, by a negative stride.
 *
 * <pre>{@code
 * var backwards = Tensor.apply(new Flip(1), x)[0];   // the same as x.flip(1)
 * }</pre>
 */
public record Flip(int dim) implements ViewOp {
  @Override
  public String name() {
    return "flip";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{in[0]};
  }

  @Override
  public Layout layout(Layout in) {
    var strides = in.strides().clone();
    strides[dim] = -strides[dim];
    long last = Math.max(0, in.shape().size(dim) - 1);
    return new Layout(in.shape(), strides, in.offset() + last * in.stride(dim));
  }

  @Override
  public void backward(Backward b) {
    b.give(0, b.gradient(0).flip(dim));
  }
}
