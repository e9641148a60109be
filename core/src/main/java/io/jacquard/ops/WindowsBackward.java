package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;

/** The sum, for each element of [N, spatial..., C], of what all windows hold in its place: tap after tap. */
record WindowsBackward(Windows windows, Shape input) implements KernelOp {
  @Override
  public String name() {
    return "windows_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), input)};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var window = windows.window();
    int rank = window.rank();
    Fill.zero(backend, out[0]);
    if (in[0].numel() == 0) return;
    var add = Scalars.ADD.on(out[0].dtype(), out[0].dtype());
    var places = windows.layout(out[0].layout());
    for (int tap = 0; tap < window.taps(); tap++) {
      var share = at(in[0], in[0].layout(), tap, rank);
      var sum = at(out[0], places, tap, rank);
      add.forward(backend, new View[]{sum, share}, new View[]{sum});
    }
  }

  /** [N, windows..., C] of one tap. */
  private View at(View of, Layout all, int tap, int rank) {
    var shape = all.shape();
    long offset = all.offset();
    var strides = new long[rank + 2];
    var sizes = new long[rank + 2];
    for (int a = rank - 1, rest = tap; a >= 0; a--) {
      int kernel = windows.window().axes().get(a).kernel();
      offset += rest % kernel * all.stride(1 + rank + a);
      rest /= kernel;
    }
    for (int d = 0; d < rank + 2; d++) {
      int from = d <= rank ? d : 2 * rank + 1;
      sizes[d] = shape.size(from);
      strides[d] = all.stride(from);
    }
    return new View(of.buffer(), of.dtype(), new Layout(Shape.of(sizes), strides, offset));
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    b.give(0, Tensor.apply(windows, b.gradient(0))[0]);
  }
}
