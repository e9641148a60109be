package io.jacquard.kernels.plan;

import java.util.Arrays;

/**
 * The arguments of one launch, in the kernel's order. Those that change from call to call (buffers, parameters) are
 * {@link #set} again, the others stay.
 *
 * <pre>{@code
 * var arguments = new Arguments();
 * arguments.index(x.numel(), false);
 * int place = arguments.buffer();
 * arguments.set(place, KernelBuffer.handle(view));
 * }</pre>
 */
public final class Arguments {
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
  public int buffer() {
    return add(0, 8);
  }

  /** A number of 64 bits; its place among the arguments. */
  public int add64(long value) {
    return add(value, 8);
  }

  /** A number of 32 bits. */
  public void add32(int value) {
    add(value, 4);
  }

  /** A number of the kernel's type {@code idx}. */
  public void index(long value, boolean wide) {
    if (wide) {
      add(value, 8);
    } else {
      add((int) value, 4);
    }
  }

  /** Gives an argument another value. */
  public void set(int place, long value) {
    values[place] = value;
  }

  /** The number of arguments. */
  public int count() {
    return count;
  }

  /** An argument's value; of one of 32 bits the lower ones count. */
  public long value(int place) {
    return values[place];
  }

  /** An argument's bytes, 4 or 8. */
  public int size(int place) {
    return sizes[place];
  }
}
