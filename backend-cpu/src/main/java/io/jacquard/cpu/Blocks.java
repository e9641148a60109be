package io.jacquard.cpu;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/** Parts of views as views, for drivers that make many calls on pieces of the same tensors. */
final class Blocks {
  private Blocks() {}

  /** Index {@code t} of the first of three dimensions, and of the last one {@code size} indices from {@code from} on. */
  static View step(View all, long t, long from, long size) {
    var layout = all.layout();
    var shape = Shape.of(layout.shape().size(1), size);
    var strides = new long[]{layout.stride(1), layout.stride(2)};
    return new View(all.buffer(), all.dtype(),
        new Layout(shape, strides, layout.offset() + t * layout.stride(0) + from * layout.stride(2)));
  }

  /** Three dimensions without gaps between the first two as a matrix, and of its columns {@code size} from {@code from} on. */
  static View rows(View all, long from, long size) {
    var layout = all.layout();
    var shape = Shape.of(layout.shape().size(0) * layout.shape().size(1), size);
    return new View(all.buffer(), all.dtype(), new Layout(shape,
        new long[]{layout.stride(1), layout.stride(2)}, layout.offset() + from * layout.stride(2)));
  }

  /** Rows {@code from} to {@code from + size - 1} of a matrix. */
  static View rowsOf(View matrix, long from, long size) {
    var layout = matrix.layout();
    return new View(matrix.buffer(), matrix.dtype(), new Layout(Shape.of(size, layout.shape().size(1)),
        layout.strides(), layout.offset() + from * layout.stride(0)));
  }

  static View transposed(View matrix) {
    var layout = matrix.layout();
    return new View(matrix.buffer(), matrix.dtype(),
        new Layout(Shape.of(layout.shape().size(1), layout.shape().size(0)),
            new long[]{layout.stride(1), layout.stride(0)}, layout.offset()));
  }

  /** Elements {@code from} to {@code from + size - 1} of a vector as a row that is the same for {@code rows} rows. */
  static View row(View vector, long from, long size, long rows) {
    var layout = vector.layout();
    return new View(vector.buffer(), vector.dtype(), new Layout(Shape.of(rows, size),
        new long[]{0, layout.stride(0)}, layout.offset() + from * layout.stride(0)));
  }
}
