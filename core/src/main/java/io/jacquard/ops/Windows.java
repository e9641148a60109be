package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.ViewOp;

/**
 * Every window of [N, spatial..., C], as a view: [N, windows..., kernel..., C]. Padding does not count; the input has
 * been padded.
 */
record Windows(Window window) implements ViewOp {
  @Override
  public String name() {
    return "windows";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), shape(in[0].shape()))};
  }

  private Shape shape(Shape in) {
    int rank = window.rank();
    var outputs = window.unpadded().outputs(window.spatial(in, 1));
    var sizes = new long[2 * rank + 2];
    sizes[0] = in.size(0);
    System.arraycopy(outputs.sizes(), 0, sizes, 1, rank);
    System.arraycopy(window.kernel(), 0, sizes, 1 + rank, rank);
    sizes[2 * rank + 1] = in.size(-1);
    return Shape.of(sizes);
  }

  @Override
  public Layout layout(Layout in) {
    int rank = window.rank();
    var strides = new long[2 * rank + 2];
    strides[0] = in.stride(0);
    for (int a = 0; a < rank; a++) {
      strides[1 + a] = in.stride(1 + a) * window.axes().get(a).stride();
      strides[1 + rank + a] = in.stride(1 + a) * window.axes().get(a).dilation();
    }
    strides[2 * rank + 1] = in.stride(1 + rank);
    return new Layout(shape(in.shape()), strides, in.offset());
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new WindowsBackward(this, b.inputShape(0)), b.gradient(0));
  }

  /** [N, spatial..., C] with zeros around. */
  static Tensor pad(Tensor x, Window window) {
    for (int a = 0; a < window.rank(); a++) {
      var axis = window.axes().get(a);
      if (axis.before() == 0 && axis.after() == 0) continue;
      long size = x.size(1 + a);
      var place = new Slice(1 + a, axis.before(), size, 1);
      var whole = x.shape().with(1 + a, axis.before() + size + axis.after());
      x = Tensor.apply(new Embed(place, whole), x)[0];
    }
    return x;
  }

  /** Undoes {@link #pad}. */
  static Tensor crop(Tensor padded, Window window, Shape to) {
    for (int a = 0; a < window.rank(); a++) {
      long before = window.axes().get(a).before();
      padded = padded.slice(1 + a, before, before + to.size(1 + a));
    }
    return padded;
  }
}
