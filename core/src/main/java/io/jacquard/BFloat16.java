package io.jacquard;

/**
 * The 16 bits of a bfloat16: the upper half of a float32, so the same range with 8 significant bits.
 *
 * <pre>{@code
 * short bits = BFloat16.of(3.14159f);
 * System.out.println(BFloat16.toFloat(bits));   // 3.140625
 * }</pre>
 *
 * <p>What {@link Float#floatToFloat16} and {@link Float#float16ToFloat} are for float16.
 */
public final class BFloat16 {
  private static final int QUIET = 0x40;

  private BFloat16() {}

  /** The nearest bfloat16, of two equally near ones the even one; beyond the largest, infinity. NaN stays NaN. */
  public static short of(float x) {
    int bits = Float.floatToRawIntBits(x);
    // The lower half alone may be what makes it a NaN.
    if (Float.isNaN(x)) return (short) (bits >>> 16 | QUIET);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /** The float32 of the same value. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
