package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.ViewOp;
import java.util.Arrays;

/**
 * Windows of {@code size} neighbours along one dimension, one every {@code step}: their number takes the dimension's place,
 * their content is a new last dimension. Windows may overlap, so an element may be seen several times.
 *
 * <pre>{@code
 * var pairs = Tensor.apply(new Unfold(1, 2, 1), x)[0];   // the same as x.unfold(1, 2, 1)
 * }</pre>
 */
public record Unfold(int dim, long size, long step) implements ViewOp {
  @Override
  public String name() {
    return "unfold";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), shape(in[0].shape()))};
  }

  private Shape shape(Shape in) {
    long windows = (in.size(dim) - size) / step + 1;
    return in.with(dim, windows).insert(in.rank(), size);
  }

  @Override
  public Layout layout(Layout in) {
    var strides = Arrays.copyOf(in.strides(), in.shape().rank() + 1);
    strides[strides.length - 1] = in.stride(dim);
    strides[dim] *= step;
    return new Layout(shape(in.shape()), strides, in.offset());
  }

  /** Element {@code t} of window {@code w} goes back to row {@code w * step + t}; where windows overlap, rows add up. */
  @Override
  public void backward(Backward b) {
    var shape = b.inputShape(0);
    var g = b.gradient(0);
    int last = g.rank() - 1;
    var windows = Tensor.arange(b.device(), g.size(dim)).mul(step).unsqueeze(1);
    var rows = windows.add(Tensor.arange(b.device(), size)).flatten();
    var byRow = g.movedim(last, 0).movedim(dim + 1, 0).flatten(0, 1);
    var summed = Tensor.apply(new ScatterAdd(shape.size(dim)), rows, byRow)[0];
    b.give(0, summed.movedim(0, dim));
  }
}
