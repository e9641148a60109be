package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The vector forms give the bits of the plain loops, which take columns that fill no vector. */
class NormReluColumnsTest {
  private static final int COLUMNS = 3 * Simd.LANES;
  private static final int ROWS = 7;
  private static final long STRIDE = 4L * COLUMNS;

  private final SplittableRandom random = new SplittableRandom(5);
  private final long g = numbers(ROWS);
  private final long x = numbers(ROWS);
  private final long other = numbers(ROWS);
  private final long mean = numbers(1);
  private final long scale = numbers(1);
  private final long bias = numbers(1);
  private final long along = numbers(1);
  private final long shift = numbers(1);

  private long numbers(int rows) {
    long numbers = Memory.allocate(rows * STRIDE);
    for (int k = 0; k < rows * COLUMNS; k++)
      Memory.setFloat(numbers + 4L * k, (float) random.nextDouble(-1, 2));
    Memory.setFloat(numbers + 4 * (COLUMNS - 2L), Float.NaN);
    return numbers;
  }

  private long copy(long rows) {
    long copy = numbers(ROWS);
    Memory.copy(rows, copy, ROWS * STRIDE);
    return copy;
  }

  /** What is done to some columns, from a place in a row on. */
  private interface Form {
    void run(long column, int columns, long out, long sums);
  }

  private void alike(Form vectors, Form plain) {
    long out = numbers(ROWS);
    long sums = numbers(ROWS);
    long plainOut = copy(out);
    long plainSums = copy(sums);
    vectors.run(0, COLUMNS, out, sums);
    for (int k = 0; k < COLUMNS; k++) plain.run(4L * k, 1, plainOut + 4L * k, plainSums + 4L * k);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      assertEquals(Memory.getFloat(plainOut + 4L * i), Memory.getFloat(out + 4L * i), "number " + i);
      assertEquals(Memory.getFloat(plainSums + 4L * i), Memory.getFloat(sums + 4L * i), "sum " + i);
    }
  }

  @Test
  void forward() {
    alike(
        (c, n, y, _) -> NormReluColumns.vectors().normalizeVectors(x, y, STRIDE, ROWS, n, mean, scale, bias),
        (c, n, y, _) -> NormReluColumns.normalize(x + c, y, STRIDE, ROWS, n, mean + c, scale + c, bias + c));
    alike(
        (c, n, y, _) -> NormReluColumns.vectors().normalizeAndAddVectors(x, other, y, STRIDE, ROWS, n, mean,
            scale,
            bias),
        (c, n, y, _) -> NormReluColumns.normalizeAndAdd(x + c, other + c, y, STRIDE, ROWS, n, mean + c,
            scale + c, bias + c));
  }

  @Test
  void sums() {
    alike(
        (c, n, _, sums) -> NormReluColumns.vectors().productVectors(g, x, STRIDE, ROWS, n, mean, scale, bias,
            sums,
            sums + STRIDE),
        (c, n, _, sums) -> NormReluColumns.products(g + c, x + c, STRIDE, ROWS, n, mean + c, scale + c,
            bias + c, sums, sums + STRIDE));
    alike(
        (c, n, out, sums) -> NormReluColumns.vectors().productWithResidualVectors(g, x, other, out, STRIDE,
            ROWS, n,
            mean,
            sums, sums + STRIDE),
        (c, n, out, sums) -> NormReluColumns.productsWithResidual(g + c, x + c, other + c, out, STRIDE, ROWS,
            n,
            mean + c, sums, sums + STRIDE));
  }

  @Test
  void gradient() {
    alike(
        (c, n, dx, _) -> NormReluColumns.vectors().gradientVectors(g, x, dx, STRIDE, ROWS, n, mean, scale,
            bias, along,
            shift),
        (c, n, dx, _) -> NormReluColumns.gradient(g + c, x + c, dx, STRIDE, ROWS, n, mean + c, scale + c,
            bias + c, along + c, shift + c));
  }
}
