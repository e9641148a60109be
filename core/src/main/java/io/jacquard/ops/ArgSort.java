package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.KernelOp;

/** The int64 positions that sort a tensor along one dimension; stable, NaN as the largest value. */
record ArgSort(int dim, boolean descending) implements KernelOp {
  @Override
  public String name() {
    return "argsort";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(DType.INT64, in[0].shape())};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (in[0].numel() > 0) backend.argsort(descending, dim, in[0], out[0]);
  }
}
