package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.ViewOp;

/**
 * Zeros of a shape, with the input where {@code view} would have read it: the opposite of a view that reads each element
 * at most once, such as a slice.
 */
record Embed(ViewOp view, Shape whole) implements KernelOp {
  @Override
  public String name() {
    return view.name() + "_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), whole)};
  }

  /** As the input lies: the gradient of a part of images that lie channels-last should lie so, too. */
  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return in[0].layout().inOrder(whole);
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    Fill.zero(backend, out[0]);
    var part = new View(out[0].buffer(), out[0].dtype(), view.layout(out[0].layout()));
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
    b.give(0, Tensor.apply(view, b.gradient(0))[0]);
  }

  /** {@code x} with zeros behind it in every dimension in which {@code whole} is larger. */
  static Tensor pad(Tensor x, Shape whole) {
    var padded = x;
    for (int d = 0; d < whole.rank(); d++) {
      long size = padded.size(d);
      if (size == whole.size(d)) continue;
      padded = Tensor.apply(new Embed(new Slice(d, 0, size, 1), padded.shape().with(d, whole.size(d))),
          padded)[0];
    }
    return padded;
  }
}
