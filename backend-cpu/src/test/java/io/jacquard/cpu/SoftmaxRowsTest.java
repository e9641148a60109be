package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The vector forms give the bits of plain loops, which serve before the former are compiled. */
class SoftmaxRowsTest {
  private static final int MOST = 5 * Simd.LANES + 3;

  private final SplittableRandom random = new SplittableRandom(3);
  private final long x = row();
  private final long y = row();
  private final long z = row();

  private long row() {
    long row = Memory.allocate(4L * (MOST + Simd.LANES));
    for (int k = 0; k < MOST; k++) Memory.setFloat(row + 4L * k, (float) random.nextDouble(-9, 2));
    return row;
  }

  private void compare(int n) {
    for (int k = 0; k < n; k++)
      assertEquals(Memory.getFloat(y + 4L * k), Memory.getFloat(z + 4L * k), "number " + k + " of " + n);
  }

  @Test
  void exponentialsAndTheirSums() {
    long sums = Memory.allocate(Simd.BYTES);
    long others = Memory.allocate(Simd.BYTES);
    for (int n = Simd.LANES; n <= MOST; n += Simd.LANES) {
      Memory.fill(sums, Simd.BYTES, (byte) 0);
      Memory.fill(others, Simd.BYTES, (byte) 0);
      SoftmaxRows.vectors().expLanes(x, y, n, 2, sums);
      SoftmaxRows.expLanesTwin(x, z, n, 2, others);
      compare(n);
      for (int l = 0; l < Simd.LANES; l++)
        assertEquals(Memory.getFloat(sums + 4L * l), Memory.getFloat(others + 4L * l), "sum of lane " + l);
    }
  }

  @Test
  void whatIsBehindTheLastWholeVectorCountsToo() {
    long scratch = Memory.allocate(SoftmaxRows.SCRATCH);
    for (int n = 1; n <= MOST; n++) {
      double expected = 0;
      for (int k = 0; k < n; k++) {
        float e = FloatMath.exp(Memory.getFloat(x + 4L * k) - 2);
        Memory.setFloat(z + 4L * k, e);
        expected += e;
      }
      assertEquals(expected, SoftmaxRows.exp(x, y, n, 2, scratch), 1e-6 * expected, "sum of " + n);
      compare(n);
    }
  }

  /** Both ways, which give the same whether the loops are compiled or not. */
  private void assertLargest(float expected, int n) {
    long scratch = Memory.allocate(SoftmaxRows.SCRATCH);
    assertEquals(expected, SoftmaxRows.largest(x, n, scratch), "of " + n);
    if (n % Simd.LANES != 0) return;
    SoftmaxRows.vectors().extremeBits(x, n, scratch);
    int most = Integer.MIN_VALUE;
    int least = Integer.MAX_VALUE;
    int unsigned = 0;
    for (int k = 0; k < n; k++) {
      int bits = Memory.getInt(x + 4L * k);
      most = Math.max(most, bits);
      least = Math.min(least, bits);
      if (Integer.compareUnsigned(bits, unsigned) > 0) unsigned = bits;
    }
    int[] found = {Integer.MIN_VALUE, Integer.MAX_VALUE, 0};
    for (int l = 0; l < Simd.LANES; l++) {
      found[0] = Math.max(found[0], Memory.getInt(scratch + 4L * l));
      found[1] = Math.min(found[1], Memory.getInt(scratch + Simd.BYTES + 4L * l));
      int bits = Memory.getInt(scratch + 2L * Simd.BYTES + 4L * l);
      if (Integer.compareUnsigned(bits, found[2]) > 0) found[2] = bits;
    }
    assertArrayEquals(new int[]{most, least, unsigned}, found, "bits of " + n);
  }

  @Test
  void largest() {
    for (int n = 1; n <= MOST; n++) {
      float expected = Float.NEGATIVE_INFINITY;
      for (int k = 0; k < n; k++) expected = Math.max(expected, Memory.getFloat(x + 4L * k));
      assertLargest(expected, n);
    }
  }

  @Test
  void largestOfNumbersWithASignOfInfinitiesAndNans() {
    for (int k = 0; k < MOST; k++) Memory.setFloat(x + 4L * k, -1 - k);
    Memory.setFloat(x + 4, -0.5f);
    for (int n = 2; n <= MOST; n++) assertLargest(-0.5f, n);
    int n = 4 * Simd.LANES;
    Memory.setFloat(x + 8, Float.NEGATIVE_INFINITY);
    assertLargest(-0.5f, n);
    Memory.setFloat(x + 12, -0f);
    assertLargest(-0f, n);
    Memory.setFloat(x + 16, Float.POSITIVE_INFINITY);
    assertLargest(Float.POSITIVE_INFINITY, n);
    for (int nan : new int[]{0xffc00000, 0x7fc00000, 0xff800001}) {
      Memory.setInt(x + 20, nan);
      assertLargest(Float.NaN, n);
    }
  }

  @Test
  void rowsWithoutALargestNumberBecomeNan() {
    long scratch = Memory.allocate(SoftmaxRows.SCRATCH);
    for (float shift : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertEquals(Double.NaN, SoftmaxRows.exp(x, y, 5, shift, scratch));
      for (int k = 0; k < 5; k++) assertEquals(Float.NaN, Memory.getFloat(y + 4L * k));
    }
  }

  @Test
  void boundedExponentialsAreThoseOfAll() {
    var lanes = new float[Simd.LANES];
    for (float from = -120; from < 39; from += 0.37f * lanes.length) {
      for (int l = 0; l < lanes.length; l++) lanes[l] = from + 0.37f * l;
      lanes[1] = Float.NEGATIVE_INFINITY;
      lanes[2] = 0;
      var found = VectorMath.expBounded(FloatVector.fromArray(Simd.FLOATS, lanes, 0)).toArray();
      for (int l = 0; l < lanes.length; l++) {
        assertEquals(FloatMath.exp(lanes[l]), found[l], "exp of " + lanes[l]);
        assertEquals(FloatMath.exp(lanes[l]), FloatMath.expBounded(lanes[l]), "exp of " + lanes[l]);
      }
    }
  }

  @Test
  void scaledAndShifted() {
    int n = MOST / Simd.LANES * Simd.LANES;
    Memory.copy(x, y, 4L * n);
    SoftmaxRows.vectors().scaleVectors(y, n, 0.3f);
    for (int k = 0; k < n; k++) Memory.setFloat(z + 4L * k, Memory.getFloat(x + 4L * k) * 0.3f);
    compare(n);
    SoftmaxRows.vectors().shiftVectors(x, y, n, 0.7f, 2.1f);
    for (int k = 0; k < n; k++) Memory.setFloat(z + 4L * k, Memory.getFloat(x + 4L * k) - 0.7f - 2.1f);
    compare(n);
  }

  @Test
  void scaledExponentials() {
    int n = MOST / Simd.LANES * Simd.LANES;
    SoftmaxRows.vectors().scaledExpVectors(x, y, n, 2.5f, 0.3f);
    for (int k = 0; k < n; k++)
      Memory.setFloat(z + 4L * k, FloatMath.exp(Memory.getFloat(x + 4L * k) - 2.5f) * 0.3f);
    compare(n);
    SoftmaxRows.scaledExp(x, y, MOST, 2.5f, 0.3f);
    compare(n);
    for (float shift : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      SoftmaxRows.scaledExp(x, y, MOST, shift, 0.3f);
      for (int k = 0; k < MOST; k++) assertEquals(Float.NaN, Memory.getFloat(y + 4L * k));
    }
  }
}
