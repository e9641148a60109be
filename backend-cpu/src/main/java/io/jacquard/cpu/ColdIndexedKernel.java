package io.jacquard.cpu;

import java.util.Arrays;

/** What an {@link IndexedKernel} computes, by plain loops: the reference, and what serves until those are compiled. */
final class ColdIndexedKernel extends IndexedKernel {
  private final int rows;
  private final int width;

  ColdIndexedKernel(int rows, int vectors) {
    this.rows = rows;
    width = vectors * Simd.LANES;
  }

  @Override
  void run(int depth, long a, long aRows, long b, long steps, long c, long cRows, long bias) {
    var sums = new float[width];
    for (int i = 0; i < rows; i++) {
      Arrays.fill(sums, 0f);
      long from = a + Memory.getLong(aRows + (long) i * ROW);
      for (int k = 0; k < depth; k++) {
        long step = steps + (long) k * STEP;
        multiplyAdd(sums, Memory.getFloat(from + Memory.getLong(step)),
            b + Memory.getLong(step + Long.BYTES));
      }
      long to = c + Memory.getLong(cRows + (long) i * ROW);
      for (int j = 0; j < width; j++) {
        long at = (long) j * Float.BYTES;
        Memory.setFloat(to + at, sums[j] + Memory.getFloat(bias + at));
      }
    }
  }

  private static void multiplyAdd(float[] sums, float x, long row) {
    for (int j = 0; j < sums.length; j++)
      sums[j] = Math.fma(x, Memory.getFloat(row + (long) j * Float.BYTES), sums[j]);
  }
}
