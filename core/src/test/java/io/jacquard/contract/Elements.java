package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.BitSet;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** A view whose elements can be reached by number, in row-major order; every access is checked. */
final class Elements {
  private final HostBuffer buffer;
  private final DType type;
  private final Layout layout;
  private final long[] sizes;
  private final boolean contiguous;

  /** @param what names the view in errors, such as {@code map: output 1} */
  Elements(String what, View view) {
    if (!(view.buffer() instanceof HostBuffer host))
      throw new IllegalArgumentException(what + " lies in a buffer of another backend");
    host.memory(); // throws if it was freed
    buffer = host;
    type = view.dtype();
    layout = view.layout();
    sizes = layout.shape().sizes();
    contiguous = layout.isContiguous();
    if (layout.shape().numel() > 0 && (layout.lowest() < 0 || layout.end() * type.bytes() > host.bytes())) {
      throw new IllegalArgumentException(
          what + " reaches outside of its buffer of " + host.bytes() + " bytes: " + type + " " + layout);
    }
  }

  Shape shape() {
    return layout.shape();
  }

  DType type() {
    return type;
  }

  long numel() {
    return layout.shape().numel();
  }

  long get(long element) {
    return buffer.get(type, position(element));
  }

  double value(long element) {
    return type.value(get(element));
  }

  /** All elements, row-major. */
  double[] values() {
    return LongStream.range(0, numel()).mapToDouble(this::value).toArray();
  }

  long[] raw() {
    return LongStream.range(0, numel()).map(this::get).toArray();
  }

  void set(long element, long bits) {
    buffer.set(type, position(element), bits);
  }

  private long position(long element) {
    if (contiguous) return layout.offset() + element;
    long position = layout.offset();
    long rest = element;
    for (int d = sizes.length - 1; d >= 0; d--) {
      position += rest % sizes[d] * layout.stride(d);
      rest /= sizes[d];
    }
    return position;
  }

  /** True if two elements share memory. */
  boolean overlapsItself() {
    if (contiguous) return false;
    var seen = new BitSet();
    long lowest = layout.lowest();
    for (long i = 0; i < numel(); i++) {
      int at = Math.toIntExact(position(i) - lowest);
      if (seen.get(at)) return true;
      seen.set(at);
    }
    return false;
  }

  boolean isSameAs(Elements other) {
    return buffer == other.buffer && type == other.type && layout.equals(other.layout);
  }

  /** True if some byte belongs to both; views that interleave without meeting do not overlap. */
  boolean overlaps(Elements other) {
    if (buffer != other.buffer || numel() == 0 || other.numel() == 0 || firstByte() >= other.endByte()
        || other.firstByte() >= endByte()) {
      return false;
    }
    var mine = new BitSet();
    forEachByte(at -> mine.set(Math.toIntExact(at)));
    var shared = new boolean[1];
    other.forEachByte(at -> shared[0] |= mine.get(Math.toIntExact(at)));
    return shared[0];
  }

  private long firstByte() {
    return layout.lowest() * type.bytes();
  }

  private long endByte() {
    return layout.end() * type.bytes();
  }

  private void forEachByte(LongConsumer body) {
    for (long i = 0; i < numel(); i++) {
      long start = position(i) * type.bytes();
      for (int b = 0; b < type.bytes(); b++) body.accept(start + b);
    }
  }

  @Override
  public String toString() {
    return type + " " + layout;
  }
}
