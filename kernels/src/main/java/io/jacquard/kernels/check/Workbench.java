package io.jacquard.kernels.check;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a backend for a small computation by hand: numbers go in, numbers come out, then all of it is freed.
 *
 * <pre>{@code
 * try (var bench = new Workbench(backend)) {
 *   var x = bench.floats(new float[] {1, 2, 3}, 3);
 *   float[] same = bench.floats(x);
 * }
 * }</pre>
 */
public final class Workbench implements AutoCloseable {
  private final Backend backend;
  private final List<Buffer> buffers = new ArrayList<>();

  /** @param backend whose memory it is */
  public Workbench(Backend backend) {
    this.backend = backend;
  }

  /** Whose memory it is. */
  public Backend backend() {
    return backend;
  }

  /** Row-major, with undefined contents. */
  public View empty(DType type, long... sizes) {
    var shape = Shape.of(sizes);
    var buffer = backend.allocate(Math.max(64, shape.numel() * type.bytes()));
    buffers.add(buffer);
    return new View(buffer, type, Layout.contiguous(shape));
  }

  /** Row-major. */
  public View floats(float[] values, long... sizes) {
    var view = empty(DType.FLOAT32, sizes);
    backend.upload(MemorySegment.ofArray(values), view.buffer(), 0);
    return view;
  }

  /** Row-major. */
  public View longs(long[] values, long... sizes) {
    var view = empty(DType.INT64, sizes);
    backend.upload(MemorySegment.ofArray(values), view.buffer(), 0);
    return view;
  }

  /** The same matrix with rows and columns exchanged. */
  public static View transposed(View matrix) {
    var shape = matrix.shape();
    var strides = matrix.layout().strides();
    return new View(matrix.buffer(), matrix.dtype(), new Layout(Shape.of(shape.size(1), shape.size(0)),
        new long[]{strides[1], strides[0]}, matrix.layout().offset()));
  }

  /** All of a row-major view's elements. */
  public float[] floats(View view) {
    var values = new float[(int) view.numel()];
    backend.download(view.buffer(), 0, MemorySegment.ofArray(values));
    return values;
  }

  /** As {@link #floats(View)}. */
  public long[] longs(View view) {
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
