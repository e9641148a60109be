package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The vector forms give the bits of their twins, which serve before the former are compiled. */
class NormRowsTest {
  private static final int LANES = Simd.LANES;
  private static final int MOST = 9 * LANES;
  private static final float MEAN = 0.3f;
  private static final float RSTD = 1.7f;

  private final SplittableRandom random = new SplittableRandom(3);
  private final long g = row();
  private final long x = row();
  private final long w = row();
  private final long b = row();
  private final long one = row();
  private final long other = row();

  private long row() {
    long row = Memory.allocate(4L * MOST);
    for (int k = 0; k < MOST; k++) Memory.setFloat(row + 4L * k, (float) random.nextDouble(-1, 2));
    return row;
  }

  private static void compare(long expected, long actual, int n) {
    for (int k = 0; k < n; k++)
      assertEquals(Memory.getFloat(expected + 4L * k), Memory.getFloat(actual + 4L * k), "number " + k);
  }

  @Test
  void sumsEqualTheirTwins() {
    for (int n = LANES; n <= MOST; n += LANES) {
      NormRows.vectors().squaresLanes(x, n, MEAN, one);
      NormRows.squaresLanesTwin(x, n, MEAN, other);
      compare(one, other, LANES);
      NormRows.vectors().dotsLanes(g, x, w, n, MEAN, RSTD, one);
      NormRows.dotsLanesTwin(g, x, w, n, MEAN, RSTD, other);
      compare(one, other, 2 * LANES);
    }
  }

  @Test
  void resultsAreThoseOfTheFormulas() {
    for (int n = LANES; n <= MOST; n += LANES) {
      NormRows.vectors().normalizeVectors(x, one, w, b, n, MEAN, RSTD);
      for (int k = 0; k < n; k++)
        assertEquals(Math.fma(normal(k), at(w, k), at(b, k)), at(one, k), "normalized number " + k);
      NormRows.vectors().gradientVectors(g, x, w, one, n, MEAN, RSTD, 0.1f, -0.4f);
      for (int k = 0; k < n; k++)
        assertEquals((at(g, k) * at(w, k) - 0.1f - normal(k) * -0.4f) * RSTD, at(one, k), "gradient " + k);
      Memory.copy(w, one, 4L * n);
      Memory.copy(b, other, 4L * n);
      NormRows.vectors().accumulateVectors(g, x, one, other, n, MEAN, RSTD);
      for (int k = 0; k < n; k++) {
        assertEquals(Math.fma(at(g, k), normal(k), at(w, k)), at(one, k), "weight's gradient " + k);
        assertEquals(at(b, k) + at(g, k), at(other, k), "bias's gradient " + k);
      }
    }
  }

  private static float at(long row, int k) {
    return Memory.getFloat(row + 4L * k);
  }

  private float normal(int k) {
    return (at(x, k) - MEAN) * RSTD;
  }
}
