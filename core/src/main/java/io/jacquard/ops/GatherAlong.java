package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * Elements chosen along one dimension by an index of int32 or int64 that has the same sizes otherwise: {@code out[i][j] =
 * x[index[i][j]][j]} for dimension 0. The numbers in the index are in range; {@link Indexing#gather} sees to it.
 *
 * <pre>{@code
 * var sorted = Tensor.apply(new GatherAlong(1), x, x.argsort(1))[0];
 * }</pre>
 */
public record GatherAlong(int dim) implements CompositeOp {
  @Override
  public String name() {
    return "gather";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    Indexing.requireIndex(name(), in[1]);
    if (!in[0].shape().with(dim, 0).equals(in[1].shape().with(dim, 0))) {
      throw new JacquardException(
          "gather along dimension " + dim + ": the tensor is " + in[0] + ", the index " + in[1]
              + ", expected equal sizes in all other dimensions.");
    }
    return new Spec[]{new Spec(in[0].dtype(), in[1].shape())};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var places = Indexing.places(in[1], dim, in[0].size(dim));
    return new Tensor[]{in[0].flatten().gatherRows(places).reshape(in[1].shape())};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(2, 0);
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new ScatterAlong(dim, b.inputShape(0).size(dim)), b.input(1), b.gradient(0));
  }
}
