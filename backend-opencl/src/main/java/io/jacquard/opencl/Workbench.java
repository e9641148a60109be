package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Memory of a backend for a small computation by hand: numbers go in, numbers come out, then all of it is freed. */
final class Workbench implements AutoCloseable {
  final Backend backend;
  private final List<Buffer> buffers = new ArrayList<>();

  Workbench(Backend backend) {
    this.backend = backend;
  }

  /** Row-major, with undefined contents. */
  View empty(DType type, long... sizes) {
    var shape = Shape.of(sizes);
    var buffer = backend.allocate(Math.max(64, shape.numel() * type.bytes()));
    buffers.add(buffer);
    return new View(buffer, type, Layout.contiguous(shape));
  }

  View floats(float[] values, long... sizes) {
    var view = empty(DType.FLOAT32, sizes);
    backend.upload(MemorySegment.ofArray(values), view.buffer(), 0);
    return view;
  }

  View longs(long[] values, long... sizes) {
    var view = empty(DType.INT64, sizes);
    backend.upload(MemorySegment.ofArray(values), view.buffer(), 0);
    return view;
  }

  /** The same matrix with rows and columns exchanged. */
  static View transposed(View matrix) {
    var shape = matrix.shape();
    var strides = matrix.layout().strides();
    return new View(matrix.buffer(), matrix.dtype(), new Layout(Shape.of(shape.size(1), shape.size(0)),
        new long[]{strides[1], strides[0]}, matrix.layout().offset()));
  }

  /** All of a row-major view's elements. */
  float[] floats(View view) {
    var values = new float[(int) view.numel()];
    backend.download(view.buffer(), 0, MemorySegment.ofArray(values));
    return values;
  }

  long[] longs(View view) {
    var values = new long[(int) view.numel()];
    backend.download(view.buffer(), 0, MemorySegment.ofArray(values));
    return values;
  }

  @Override
  public void close() {
    buffers.forEach(backend::free);
    buffers.clear();
  }
}
