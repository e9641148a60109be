package io.jacquard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers that bfloat16 and float16 stand for, and how others are rounded to them. */
class HalvesTest {
  private static final int FLOATS = 300_000;

  /** What 16 bits mean, worked out from sign, exponent and fraction. */
  private static double meaning(DType half, int bits) {
    int fractionBits = half == DType.BFLOAT16 ? 7 : 10;
    int bias = half == DType.BFLOAT16 ? 127 : 15;
    int exponent = (bits & 0x7fff) >>> fractionBits;
    int fraction = bits & (1 << fractionBits) - 1;
    double sign = bits >>> 15 == 0 ? 1 : -1;
    if (exponent == 2 * bias + 1) return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    int whole = exponent == 0 ? fraction : fraction + (1 << fractionBits);
    return sign * whole * Math.pow(2, Math.max(1, exponent) - bias - fractionBits);
  }

  /** The nearest half by looking at both neighbours; of two equally near ones the one whose last bit is 0. */
  private static long nearest(DType half, float x) {
    int low = 0;
    int high = half == DType.BFLOAT16 ? 0x7f80 : 0x7c00; // infinity, which takes the place of the next number
    double size = Math.abs((double) x);
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (meaning(half, middle) <= size) low = middle;
      else high = middle;
    }
    double upper = Double.isInfinite(meaning(half, high))
        ? 2 * meaning(half, high - 1) - meaning(half, high - 2)
        : meaning(half, high);
    double down = size - meaning(half, low);
    double up = upper - size;
    int chosen = down < up || down == up && low % 2 == 0 ? low : high;
    return chosen | (Float.floatToRawIntBits(x) < 0 ? 0x8000 : 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void everyHalfIsTheNumberThatItsBitsMean(DType half) {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double expected = meaning(half, bits);
      assertEquals(expected, half.value(bits), "bits " + Integer.toHexString(bits));
      if (!Double.isNaN(expected)) assertEquals(bits, half.bits(expected));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void floatsBecomeTheNearestHalf(DType half) {
    var random = new SplittableRandom(1);
    for (int i = 0; i < FLOATS; i++) {
      float x = Float.intBitsToFloat(random.nextInt());
      if (i % 2 == 0) // of a size that a half has, and often half way between two
        x = (float) (random.nextInt(-1 << 13, 1 << 13) * Math.pow(2, random.nextInt(-40, 8)));
      if (Float.isNaN(x)) continue;
      float number = x;
      assertEquals(nearest(half, x), half.bits((double) x), () -> Float.toHexString(number));
    }
  }

  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0x1.fefffep127, 0x1.ffp127", "FLOAT16, 65519.996, 65520"})
  void beyondTheLargestIsInfinity(DType half, float last, float first) {
    assertTrue(Double.isFinite(half.value(half.bits(last))));
    assertEquals(Double.POSITIVE_INFINITY, half.value(half.bits(first)));
    assertEquals(Double.NEGATIVE_INFINITY, half.value(half.bits(-first)));
  }

  @Test
  void aNanStaysOneWhereverItsBitsAre() {
    for (int fraction = 1; fraction < 1 << 23; fraction = 2 * fraction + 1) {
      for (int sign : new int[]{0, Integer.MIN_VALUE}) {
        float nan = Float.intBitsToFloat(sign | 0x7f800000 | fraction);
        assertTrue(Float.isNaN(BFloat16.toFloat(BFloat16.of(nan))), Integer.toHexString(fraction));
        assertTrue(Double.isNaN(DType.FLOAT16.value(DType.FLOAT16.bits((double) nan))));
      }
    }
  }

  @Test
  void aDoubleIsRoundedByWayOfFloat32() {
    // Just above half way from 1 to the next bfloat16; as a float32 it is half way, which goes to the even
    // one.
    double x = 1 + 0x1p-8 + 0x1p-40;
    assertEquals(1, DType.BFLOAT16.value(DType.BFLOAT16.bits(x)));
    assertEquals(1 + 0x1p-7, DType.BFLOAT16.value(DType.BFLOAT16.bits(x + 0x1p-20)));
  }

  @Test
  void integersAreRoundedToo() {
    assertEquals(256, DType.BFLOAT16.value(DType.BFLOAT16.bits(257L)));
    assertEquals(2048, DType.FLOAT16.value(DType.FLOAT16.bits(2049L)));
    assertEquals(Double.POSITIVE_INFINITY, DType.FLOAT16.value(DType.FLOAT16.bits(Long.MAX_VALUE)));
  }

  @Test
  void theTwoMeetInFloat32() {
    assertEquals(DType.FLOAT32, DType.promote(DType.BFLOAT16, DType.FLOAT16));
    assertEquals(DType.BFLOAT16, DType.promote(DType.BFLOAT16, DType.BFLOAT16));
    assertEquals(DType.FLOAT16, DType.promote(DType.INT64, DType.FLOAT16));
    assertEquals(DType.FLOAT64, DType.promote(DType.FLOAT64, DType.FLOAT16));
    assertEquals("bfloat16", DType.BFLOAT16.toString());
  }
}
