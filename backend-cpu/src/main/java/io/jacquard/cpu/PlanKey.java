package io.jacquard.cpu;

import io.jacquard.spi.Layout;
import java.util.Arrays;

/** The numbers that describe a call, gathered anew for each one in the same array. */
final class PlanKey {
  private long[] numbers = new long[64];
  private int length;
  private int hash;

  void clear() {
    length = 0;
    hash = 1;
  }

  void add(long number) {
    if (length == numbers.length) numbers = Arrays.copyOf(numbers, 2 * length);
    numbers[length++] = number;
    hash = 31 * hash + (int) (number ^ number >>> 32);
  }

  void addSizes(Layout layout) {
    var shape = layout.shape();
    add(shape.rank());
    for (int d = 0; d < shape.rank(); d++) add(shape.size(d));
  }

  void addStrides(Layout layout) {
    for (int d = 0; d < layout.shape().rank(); d++) add(layout.stride(d));
  }

  int hash() {
    // strides are multiples of powers of two; mix them into the low bits
    return hash ^ hash >>> 15;
  }

  boolean equals(long[] key) {
    return Arrays.equals(numbers, 0, length, key, 0, key.length);
  }

  long[] toArray() {
    return Arrays.copyOf(numbers, length);
  }
}
