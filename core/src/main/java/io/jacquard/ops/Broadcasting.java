package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;

/** Views stretched to a larger shape by strides of 0. */
final class Broadcasting {
  private Broadcasting() {}

  /** The same views if all have the shape already. */
  static View[] expand(View[] in, Shape shape) {
    View[] expanded = in;
    for (int i = 0; i < in.length; i++) {
      if (in[i].shape().equals(shape)) continue;
      if (expanded == in) expanded = in.clone();
      expanded[i] = new View(in[i].buffer(), in[i].dtype(), expand(in[i].layout(), shape));
    }
    return expanded;
  }

  /** The shape must be one to which the layout's own broadcasts. */
  static Layout expand(Layout layout, Shape shape) {
    var strides = new long[shape.rank()];
    int missing = shape.rank() - layout.shape().rank();
    for (int d = missing; d < strides.length; d++) {
      strides[d] = layout.shape().size(d - missing) == shape.size(d) ? layout.stride(d - missing) : 0;
    }
    return new Layout(shape, strides, layout.offset());
  }

  /** The shape to which all of some shapes broadcast. */
  static Shape common(String op, Spec[] in) {
    var shape = in[0].shape();
    for (int i = 1; i < in.length; i++) shape = Shape.broadcast(op, shape, in[i].shape());
    return shape;
  }
}
