package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
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
}
