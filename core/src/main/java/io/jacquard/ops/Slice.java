package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Op;
import io.jacquard.tensor.ViewOp;

/**
 * Every {@code step}-th index of one dimension, {@code count} of them, from {@code start} on.
 *
 * <pre>{@code
 * var part = Tensor.apply(new Slice(0, 2, 5, 1), x)[0];   // x.slice(0, 2, 7)
 * }</pre>
 */
public record Slice(int dim, long start, long count, long step) implements ViewOp {
  @Override
  public String name() {
    return "slice";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), in[0].shape().with(dim, count))};
  }

  @Override
  public Layout layout(Layout in) {
    var strides = in.strides().clone();
    strides[dim] *= step;
    return new Layout(in.shape().with(dim, count), strides, in.offset() + start * in.stride(dim));
  }

  @Override
  public void backward(Backward b) {
    b.givePart(0, this, b.gradient(0));
  }

  /** The gradient of the whole from that of this part of it: zeros around. */
  public Op spread(Shape whole) {
    return new Embed(this, whole);
  }
}
