package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;

/** Zeros of {@code size} along the sliced dimension, with the input where {@code slice} would have read it. */
record SliceBackward(Slice slice, long size) implements KernelOp {
  @Override
  public String name() {
    return "slice_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), in[0].shape().with(slice.dim(), size))};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    Fill.zero(backend, out[0]);
    var part = new View(out[0].buffer(), out[0].dtype(), slice.layout(out[0].layout()));
    Copy.run(backend, in[0], part);
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    b.give(0, Tensor.apply(slice, b.gradient(0))[0]);
  }
}
