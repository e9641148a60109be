package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * Rows of a table along dimension 0, chosen by a 1-D index of int32 or int64: PyTorch's {@code index_select}.
 *
 * <pre>{@code
 * var chosen = Tensor.apply(new Gather(), x, Tensor.of(2, 0, 2))[0];   // x.gatherRows(...): rows 2, 0 and 2
 * }</pre>
 */
public record Gather() implements KernelOp {
  @Override
  public String name() {
    return "index_select";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var table = in[0];
    var index = in[1];
    if (table.shape().rank() < 1)
      throw new JacquardException("index_select: a scalar has no rows to choose from.");
    if (index.shape().rank() != 1 || index.dtype() != DType.INT32 && index.dtype() != DType.INT64) {
      throw new JacquardException("index_select: the index is " + index
          + ", expected one dimension of int32 or int64. Use flatten() and to(DType.INT64).");
    }
    return new Spec[]{new Spec(table.dtype(), table.shape().with(0, index.shape().size(0)))};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    backend.gather(in[0], in[1], out[0]);
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
    b.give(0, new ScatterAdd(b.inputShape(0).size(0)), b.input(1), b.gradient(0));
  }
}
