package io.jacquard.inspect;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.io.Safetensors.Entry;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The part of a buffer that a view covers, on the host: its elements can be read and written by their logical place. */
final class HostView {
  private final DType dtype;
  private final Layout layout;
  private final MemorySegment bytes;

  private HostView(View view, Arena arena) {
    dtype = view.dtype();
    layout = view.layout();
    bytes = arena.allocate(Math.max(1, (layout.end() - layout.lowest()) * dtype.bytes()), 8);
  }

  /** Reads what a view covers, gaps between its elements included. */
  static HostView read(Backend backend, View view, Arena arena) {
    var host = new HostView(view, arena);
    if (view.numel() > 0) backend.download(view.buffer(), host.offset(), host.bytes);
    return host;
  }

  /** Writes all of it to where a view of the same layout lies in a buffer. */
  void write(Backend backend, Buffer to) {
    if (layout.shape().numel() > 0) backend.upload(bytes, to, offset());
  }

  private long offset() {
    return layout.lowest() * dtype.bytes();
  }

  DType dtype() {
    return dtype;
  }

  Shape shape() {
    return layout.shape();
  }

  /** All elements, in row-major order. */
  double[] values() {
    var values = new double[Math.toIntExact(layout.shape().numel())];
    walk((i, position) -> values[i] = dtype.value(bits(bytes, position)));
    return values;
  }

  /** All elements in row-major order without gaps, as a file or another device takes them. */
  MemorySegment dense(Arena arena) {
    int size = dtype.bytes();
    var dense = arena.allocate(layout.shape().numel() * size, 8);
    walk((i, position) -> MemorySegment.copy(bytes, position * size, dense, (long) i * size, size));
    return dense;
  }

  /** Takes over an entry's elements; what lies between them stays. */
  void fill(Entry entry) {
    if (entry.dtype() != dtype || !entry.shape().equals(layout.shape()))
      throw new JacquardException("The call reads " + dtype + layout.shape() + ", but " + entry.dtype()
          + entry.shape() + " was saved. Replay with the version of Jacquard that saved it.");
    var dense = entry.data();
    int size = dtype.bytes();
    walk((i, position) -> MemorySegment.copy(dense, (long) i * size, bytes, position * size, size));
  }

  private interface Visitor {
    void visit(int number, long position);
  }

  private void walk(Visitor visitor) {
    var shape = layout.shape();
    int n = Math.toIntExact(shape.numel());
    var index = new long[shape.rank()];
    long position = layout.offset() - layout.lowest();
    for (int i = 0; i < n; i++) {
      visitor.visit(i, position);
      for (int d = index.length - 1; d >= 0; d--) {
        position += layout.stride(d);
        if (++index[d] < shape.size(d)) break;
        position -= index[d] * layout.stride(d);
        index[d] = 0;
      }
    }
  }

  private long bits(MemorySegment from, long position) {
    return switch (dtype) {
      case FLOAT32 -> from.getAtIndex(ValueLayout.JAVA_INT, position) & 0xffffffffL;
      case FLOAT64, INT64 -> from.getAtIndex(ValueLayout.JAVA_LONG, position);
      case INT32 -> from.getAtIndex(ValueLayout.JAVA_INT, position);
      case BFLOAT16, FLOAT16 -> from.getAtIndex(ValueLayout.JAVA_SHORT, position) & 0xffffL;
      case UINT8, BOOL -> from.get(ValueLayout.JAVA_BYTE, position) & 0xff;
    };
  }
}
