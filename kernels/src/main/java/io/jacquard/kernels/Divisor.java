package io.jacquard.kernels;

/**
 * How to divide numbers from 0 to 2^31 - 1 by {@code size} without dividing: {@code (mulhi(n, multiplier) + n) >> shift}
 * (Granlund, Montgomery: Division by Invariant Integers using Multiplication, PLDI 1994). Kernels do so in {@code
 * divide_int}, since GPUs have no instruction for it, nor have CPUs one for vectors.
 *
 * @param multiplier 32 bits, unsigned
 */
public record Divisor(int multiplier, int shift) {
  public static Divisor of(long size) {
    if (size < 1 || size > Integer.MAX_VALUE) throw new IllegalArgumentException("a divisor of " + size);
    int shift = 32 - Integer.numberOfLeadingZeros((int) size - 1);
    long multiplier = (1L << 32) * ((1L << shift) - size) / size + 1;
    return new Divisor((int) multiplier, shift);
  }

  /** The quotient, as kernels compute it. */
  public int divide(int n) {
    long high = Integer.toUnsignedLong(multiplier) * n >>> 32;
    return (int) (high + n >>> shift);
  }
}
