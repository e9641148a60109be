package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The vector forms give the bits of their twins. */
class FloatFoldsTest {
  private static final int LANES = Simd.LANES;
  private static final int MOST = 40 * LANES;

  @Test
  void vectorsEqualTheirTwins() {
    var random = new SplittableRandom(1);
    long x = Memory.allocate(4L * MOST);
    long a = Memory.allocate(4L * Simd.BYTES);
    long b = Memory.allocate(4L * Simd.BYTES);
    for (int n = LANES; n <= MOST; n += LANES) {
      for (int k = 0; k < MOST; k++)
        Memory.setFloat(x + 4L * k, random.nextInt(999) == 0 ? Float.NaN : (float) random.nextDouble(-1, 2));
      FloatFolds.vectors().sumLanes(x, n, a);
      PlainFolds.sumChains(x, n, LANES, b);
      compare(a, b, LANES);
      for (boolean largest : new boolean[]{true, false}) {
        FloatFolds.vectors().extremeLanes(largest, x, n, a);
        FloatFolds.extremeLanesTwin(largest, x, n, b);
        compare(a, b, LANES);
      }
    }
    Memory.free(x);
    Memory.free(a);
    Memory.free(b);
  }

  @Test
  void columnSumsAreChainsDownTheRows() {
    int n = 7 * LANES;
    int rows = 5;
    var random = new SplittableRandom(2);
    long x = Memory.allocate(4L * n * rows);
    long sums = Memory.allocate(4L * n);
    long expected = Memory.allocate(4L * n);
    for (int k = 0; k < n * rows; k++) Memory.setFloat(x + 4L * k, (float) random.nextDouble(-1, 2));
    for (int k = 0; k < n; k++) {
      float sum = 0.5f;
      Memory.setFloat(sums + 4L * k, sum);
      for (int r = 0; r < rows; r++) sum += Memory.getFloat(x + 4L * (r * n + k));
      Memory.setFloat(expected + 4L * k, sum);
    }
    FloatFolds.vectors().addVectors(x, 4L * n, rows, n, sums);
    compare(expected, sums, n);
    Memory.free(x);
    Memory.free(sums);
    Memory.free(expected);
  }

  private static void compare(long expected, long actual, int n) {
    for (int k = 0; k < n; k++)
      assertEquals(Memory.getFloat(expected + 4L * k), Memory.getFloat(actual + 4L * k), "number " + k);
  }
}
