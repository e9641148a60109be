package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A tensor of a test, in host memory: its storage as raw bits, one entry an element, and how the tensor lies in it. What
 * the layout does not reach is there to see that no one writes it.
 */
record Operand(DType type, Layout layout, long[] storage) {
  static Operand of(DType type, Shape shape, Lay lay, Values values, SplittableRandom random) {
    var layout = lay.of(shape);
    var operand = new Operand(type, layout, new long[(int) (shape.numel() == 0 ? 5 : layout.end() + 2)]);
    for (int i = 0; i < operand.storage.length; i++) operand.storage[i] = Values.POISON.next(random, type);
    for (long i = 0; i < shape.numel(); i++) operand.storage[operand.position(i)] = values.next(random, type);
    return operand;
  }

  static Operand of(DType type, long... bits) {
    return new Operand(type, Layout.contiguous(Shape.of(bits.length)), bits);
  }

  Shape shape() {
    return layout.shape();
  }

  /** The same memory, seen in another way. */
  Operand as(Layout other) {
    return new Operand(type, other, storage);
  }

  /** With the magnitudes of its numbers, for error bounds. */
  Operand magnitudes() {
    var absolute = new long[storage.length];
    for (int i = 0; i < absolute.length; i++)
      absolute[i] = type.isFloating() ? type.bits(Math.abs(type.value(storage[i]))) : Math.abs(storage[i]);
    return new Operand(type, layout, absolute);
  }

  /** Where element number {@code element}, in row-major order, lies in the storage. */
  int position(long element) {
    long position = layout.offset();
    for (int d = layout.shape().rank() - 1; d >= 0; d--) {
      position += element % layout.shape().size(d) * layout.stride(d);
      element /= layout.shape().size(d);
    }
    return Math.toIntExact(position);
  }

  long get(long element) {
    return storage[position(element)];
  }

  void set(long element, long bits) {
    storage[position(element)] = bits;
  }

  BitSet positions() {
    var reached = new BitSet();
    for (long i = 0; i < shape().numel(); i++) reached.set(position(i));
    return reached;
  }

  /** The storage as a backend's memory holds it. */
  MemorySegment bytes() {
    var buffer = new HostBuffer((long) storage.length * type.bytes());
    for (int i = 0; i < storage.length; i++) buffer.set(type, i, storage[i]);
    return buffer.memory();
  }

  /** This operand with other contents. */
  Operand with(MemorySegment bytes) {
    var buffer = new HostBuffer((long) storage.length * type.bytes());
    buffer.memory().copyFrom(bytes);
    var read = new long[storage.length];
    for (int i = 0; i < read.length; i++) read[i] = buffer.get(type, i);
    return new Operand(type, layout, read);
  }

  @Override
  public String toString() {
    return type + " " + layout;
  }
}
