package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The vector forms give the bits of plain loops down each column. */
class NormColumnsTest {
  private static final int COLUMNS = 3 * Simd.LANES;
  private static final int ROWS = 7;
  private static final long STRIDE = 4L * COLUMNS;

  private final SplittableRandom random = new SplittableRandom(4);
  private final long g = numbers(ROWS);
  private final long x = numbers(ROWS);
  private final long mean = numbers(1);
  private final long scale = numbers(1);
  private final long along = numbers(1);
  private final long shift = numbers(1);

  private long numbers(int rows) {
    long numbers = Memory.allocate(rows * STRIDE);
    for (int k = 0; k < rows * COLUMNS; k++)
      Memory.setFloat(numbers + 4L * k, (float) random.nextDouble(-1, 2));
    return numbers;
  }

  private static float at(long rows, int r, int k) {
    return Memory.getFloat(rows + r * STRIDE + 4L * k);
  }

  @Test
  void sumsRunDownTheRows() {
    long sums = numbers(1);
    long squares = numbers(1);
    long before = Memory.allocate(2 * STRIDE);
    Memory.copy(sums, before, STRIDE);
    Memory.copy(squares, before + STRIDE, STRIDE);
    NormColumns.vectors().deviationVectors(x, STRIDE, ROWS, COLUMNS, mean, sums, squares);
    for (int k = 0; k < COLUMNS; k++) {
      float sum = at(before, 0, k);
      float square = at(before, 1, k);
      for (int r = 0; r < ROWS; r++) {
        float d = at(x, r, k) - at(mean, 0, k);
        sum += d;
        square = Math.fma(d, d, square);
      }
      assertEquals(sum, at(sums, 0, k), "sum " + k);
      assertEquals(square, at(squares, 0, k), "square " + k);
    }
    Memory.copy(before, sums, STRIDE);
    Memory.copy(before + STRIDE, squares, STRIDE);
    NormColumns.vectors().productVectors(g, x, STRIDE, ROWS, COLUMNS, mean, sums, squares);
    for (int k = 0; k < COLUMNS; k++) {
      float sum = at(before, 0, k);
      float product = at(before, 1, k);
      for (int r = 0; r < ROWS; r++) {
        sum += at(g, r, k);
        product = Math.fma(at(g, r, k), at(x, r, k) - at(mean, 0, k), product);
      }
      assertEquals(sum, at(sums, 0, k), "sum " + k);
      assertEquals(product, at(squares, 0, k), "product " + k);
    }
  }

  @Test
  void resultsAreThoseOfTheFormulas() {
    long y = numbers(ROWS);
    NormColumns.vectors().normalizeVectors(x, y, STRIDE, ROWS, COLUMNS, mean, scale, shift);
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < COLUMNS; k++) {
        assertEquals(Math.fma(at(x, r, k) - at(mean, 0, k), at(scale, 0, k), at(shift, 0, k)), at(y, r, k),
            "normalized " + r + ", " + k);
      }
    }
    NormColumns.vectors().gradientVectors(g, x, y, STRIDE, ROWS, COLUMNS, mean, scale, along, shift);
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < COLUMNS; k++) {
        float back = Math.fma(at(x, r, k) - at(mean, 0, k), at(along, 0, k), at(shift, 0, k));
        assertEquals(Math.fma(at(g, r, k), at(scale, 0, k), -back), at(y, r, k), "gradient " + r + ", " + k);
      }
    }
  }
}
