package io.jacquard;

import java.util.Locale;

/**
 * The type of a tensor's elements, and of a value in a scalar program.
 *
 * <pre>{@code
 * var labels = Tensor.of(new long[] {3, 1, 4}).to(DType.FLOAT32);
 * }</pre>
 *
 * <p>A scalar of any type travels as 64 raw bits (see {@link #bits(double)}): a float's IEEE bits in the low half, a
 * double's IEEE bits, the 16 bits of a half in the lowest ones, an integer's sign-extended value, 0 or 1 for a bool.
 *
 * <p>{@code BFLOAT16} and {@code FLOAT16} are halves: types in which numbers are kept, not computed. What computes with
 * them reads them as float32 and rounds its result once, to nearest, ties to even, as it is stored. Other types become
 * halves by way of float32, as in PyTorch, so that a double may be rounded twice.
 */
public enum DType {
  FLOAT32(4), FLOAT64(8), INT32(4), INT64(8), UINT8(1), BOOL(1), BFLOAT16(2), FLOAT16(2);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one element in memory, in bytes. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64 || isHalf();
  }

  /** True for bfloat16 and float16. */
  public boolean isHalf() {
    return this == BFLOAT16 || this == FLOAT16;
  }

  /** The type in which values of this one are computed: float32 for the halves, otherwise itself. */
  public DType computeType() {
    return isHalf() ? FLOAT32 : this;
  }

  /** True for the integers; a bool is not one. */
  public boolean isInteger() {
    return this == INT32 || this == INT64 || this == UINT8;
  }

  /**
   * The type in which values of two types meet, as PyTorch's promotion of equal-rank tensors has it: bool, uint8,
   * int32, int64, bfloat16 or float16, float32, float64, the later one wins; bfloat16 and float16 meet in float32.
   */
  public static DType promote(DType a, DType b) {
    if (a.isHalf() && b.isHalf() && a != b) return FLOAT32;
    return a.rank() >= b.rank() ? a : b;
  }

  private int rank() {
    return switch (this) {
      case BOOL -> 0;
      case UINT8 -> 1;
      case INT32 -> 2;
      case INT64 -> 3;
      case BFLOAT16, FLOAT16 -> 4;
      case FLOAT32 -> 5;
      case FLOAT64 -> 6;
    };
  }

  /** The raw bits of {@code value} in this type; integers saturate, NaN becomes integer 0, halves are rounded from float32. */
  public long bits(double value) {
    return switch (this) {
      case FLOAT32 -> Float.floatToRawIntBits((float) value) & 0xffffffffL;
      case FLOAT64 -> Double.doubleToRawLongBits(value);
      case INT32 -> (int) value;
      case INT64 -> (long) value;
      case UINT8 -> Math.clamp((long) value, 0, 255);
      case BOOL -> value != 0 ? 1 : 0;
      case BFLOAT16 -> BFloat16.of((float) value) & 0xffff;
      case FLOAT16 -> Float.floatToFloat16((float) value) & 0xffff;
    };
  }

  /** The raw bits of an integer in this type; a value that does not fit wraps, as a cast of integers does. */
  public long bits(long value) {
    return switch (this) {
      case FLOAT32 -> Float.floatToRawIntBits(value) & 0xffffffffL;
      case FLOAT64 -> Double.doubleToRawLongBits(value);
      case INT32 -> (int) value;
      case INT64 -> value;
      case UINT8 -> value & 0xff;
      case BOOL -> value != 0 ? 1 : 0;
      case BFLOAT16 -> BFloat16.of((float) value) & 0xffff;
      case FLOAT16 -> Float.floatToFloat16((float) value) & 0xffff;
    };
  }

  /** The number that raw bits of this type stand for; a large int64 is rounded to the nearest double. */
  public double value(long bits) {
    return switch (this) {
      case FLOAT32 -> Float.intBitsToFloat((int) bits);
      case FLOAT64 -> Double.longBitsToDouble(bits);
      case INT32, INT64, UINT8, BOOL -> bits;
      case BFLOAT16 -> BFloat16.toFloat((short) bits);
      case FLOAT16 -> Float.float16ToFloat((short) bits);
    };
  }

  /** PyTorch's name of the type, such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
