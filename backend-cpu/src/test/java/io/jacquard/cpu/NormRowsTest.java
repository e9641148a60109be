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
      NormRows.vectors().dotsLanes(g, x, w, n, MEAN, one);
      NormRows.dotsLanesTwin(g, x, w, n, MEAN, other);
      compare(one, other, 2 * LANES);
    }
  }

  @Test
  void resultsAreThoseOfTheFormulas() {
    for (int n = LANES; n <= MOST; n += LANES) {
      NormRows.vectors().normalizeVectors(x, one, w, b, n, MEAN, RSTD);
      for (int k = 0; k < n; k++)
        assertEquals(Math.fma(normal(k), at(w, k), at(b, k)), at(one, k), "normalized number " + k);
    }
  }

  /** A row and its neighbour, once by vectors and once by the loops that serve before these are compiled. */
  @Test
  void gradientsOfTwoRows() {
    long rows = Memory.allocate(2 * NormRows.ROW);
    for (int k = 0; k < 8; k++) Memory.setFloat(rows + 4L * k, 0.3f * k - 0.7f);
    long[] found = {row(), row(), row(), row()};
    long[] expected = {row(), row(), row(), row()};
    for (int n = LANES; n <= MOST; n += LANES) {
      for (int k = 0; k < 4; k++) Memory.copy(b, found[k], 4L * n);
      for (int k = 0; k < 4; k++) Memory.copy(b, expected[k], 4L * n);
      NormRows.vectors().gradientVectors(g, x, found[0], x, w, found[1], b, found[2], found[3], n, rows);
      NormRows.gradients(g, x, expected[0], x, w, expected[1], b, expected[2], expected[3], n, rows);
      for (int k = 0; k < 4; k++) compare(expected[k], found[k], n);
    }
  }

  /** Against the formula in float64. */
  @Test
  void gradientOfARow() {
    long sums = Memory.allocate(16);
    long rows = Memory.allocate(2 * NormRows.ROW);
    Memory.fill(rows, 2 * NormRows.ROW, (byte) 0);
    for (int n = 1; n <= MOST; n += 3) {
      NormRows.dots(g, x, w, n, MEAN, Memory.allocate(2L * Simd.BYTES), sums);
      NormRows.put(MEAN, RSTD, sums, n, rows);
      double first = 0;
      double second = 0;
      for (int k = 0; k < n; k++) {
        first += (double) at(g, k) * at(w, k) / n;
        second += (double) at(g, k) * at(w, k) * normal(k) / n;
      }
      long dw = row();
      long db = row();
      Memory.fill(dw, 4L * MOST, (byte) 0);
      Memory.fill(db, 4L * MOST, (byte) 0);
      NormRows.gradients(g, x, one, g, x, other, w, dw, db, n, rows);
      for (int k = 0; k < n; k++) {
        double expected = RSTD * (at(g, k) * at(w, k) - first - normal(k) * second);
        assertEquals(expected, at(one, k), 1e-5, "gradient " + k + " of " + n);
        assertEquals(at(g, k) * normal(k), at(dw, k), 1e-5, "weight's gradient " + k);
        assertEquals(2 * at(g, k), at(db, k), 1e-6, "bias's gradient " + k);
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
