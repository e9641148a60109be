package io.jacquard.opencl;

import java.util.Arrays;

/**
 * The arguments of one launch, in the kernel's order. Those that change from call to call (buffers, parameters) are
 * {@link #set} again, the others stay.
 */
final class Arguments {
  private long[] values = new long[16];
  private byte[] sizes = new byte[16];
  private int count;

  private int add(long value, int size) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
    }
    values[count] = value;
    sizes[count] = (byte) size;
    return count++;
  }

  /** A buffer that is named at each call; its place among the arguments. */
  int buffer() {
    return add(0, 8);
  }

  /** A number of 64 bits; its place among the arguments. */
  int add64(long value) {
    return add(value, 8);
  }

  void add32(int value) {
    add(value, 4);
  }

  /** A number of the kernel's type {@code idx}. */
  void index(long value, boolean wide) {
    if (wide) {
      add(value, 8);
    } else {
      add((int) value, 4);
    }
  }

  void set(int place, long value) {
    values[place] = value;
  }

  int count() {
    return count;
  }

  long value(int place) {
    return values[place];
  }

  int size(int place) {
    return sizes[place];
  }
}
