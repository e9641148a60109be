package io.jacquard.ops;

import io.jacquard.spi.Backend;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * Zeros of {@code rows} rows to which row i of the second input is added at row {@code index(i)}: undoes Gather.
 *
 * <pre>{@code
 * var sums = Tensor.apply(new ScatterAdd(10), labels, x)[0];   // the sum of the rows of x with each label
 * }</pre>
 */
public record ScatterAdd(long rows) implements KernelOp {
  @Override
  public String name() {
    return "scatter_add";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[1].dtype(), in[1].shape().with(0, rows))};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    Fill.zero(backend, out[0]);
    backend.scatterAdd(in[0], in[1], out[0]);
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(1, 0);
  }

  @Override
  public void backward(Backward b) {
    b.give(1, new Gather(), b.gradient(0), b.input(0));
  }
}
