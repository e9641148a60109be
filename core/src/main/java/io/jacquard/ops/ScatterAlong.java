package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * Zeros, {@code size} of them along one dimension, to which elements are added where an index of their shape says: {@code
 * out[index[i][j]][j] += source[i][j]} for dimension 0, in row-major order. The opposite of {@link GatherAlong}.
 *
 * <pre>{@code
 * var unsorted = Tensor.apply(new ScatterAlong(1, x.size(1)), x.argsort(1), x.sort(1).values())[0];   // x again
 * }</pre>
 */
public record ScatterAlong(int dim, long size) implements CompositeOp {
  @Override
  public String name() {
    return "scatter_add_along";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    Indexing.requireIndex("scatter", in[0]);
    if (!in[0].shape().equals(in[1].shape()) || in[1].dtype() == DType.BOOL) {
      throw new JacquardException(
          "scatter_add along dimension " + dim + ": the index is " + in[0] + ", the source "
              + in[1] + ", expected equal shapes, and numbers.");
    }
    return new Spec[]{new Spec(in[1].dtype(), in[1].shape().with(dim, size))};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var shape = in[1].shape().with(dim, size);
    var places = Indexing.places(in[0], dim, size);
    var sums = Tensor.apply(new ScatterAdd(shape.numel()), places, in[1].flatten())[0];
    return new Tensor[]{sums.reshape(shape)};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(1, 0);
  }

  @Override
  public void backward(Backward b) {
    b.give(1, new GatherAlong(dim), b.gradient(0), b.input(0));
  }
}
