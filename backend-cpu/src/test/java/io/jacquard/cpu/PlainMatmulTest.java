package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** float64 and integer products against sums in arithmetic that is exact, or wraps as it must. */
class PlainMatmulTest {
  private static final int BATCHES = 3;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "5, 7, 3", "40, 30, 20", "4, 6, 0", "1, 50, 33", "50, 1, 33"})
  void everyTypeWithStridesBatchesAlphaAndBeta(int m, int n, int k) {
    for (int beta : new int[]{0, 1, -2}) {
      try (var data = new Data(m, n, k)) {
        data.verify(beta);
      }
    }
  }

  /** A is stored column by column, B spread out, C column by column; values are small integers times 1/8. */
  private static final class Data implements AutoCloseable {
    private final int m;
    private final int n;
    private final int k;
    private final long a;
    private final long b;
    private final long c;
    private final Matrix matrixA;
    private final Matrix matrixB;
    private final Matrix matrixC;

    Data(int m, int n, int k) {
      this.m = m;
      this.n = n;
      this.k = k;
      a = Memory.allocate(8L * BATCHES * m * k);
      b = Memory.allocate(8L * BATCHES * k * 2 * n);
      c = Memory.allocate(8L * BATCHES * m * n);
      matrixA = new Matrix(a, 1, m, new long[]{0, (long) m * k, 2L * m * k});
      matrixB = new Matrix(b, 2L * n, 2, new long[]{0, 2L * k * n, 4L * k * n});
      matrixC = new Matrix(c, 1, m, new long[]{2L * m * n, (long) m * n, 0});
    }

    void verify(int beta) {
      try (var workers = Workers.of(2)) {
        long[] start = fill(8, Long.MAX_VALUE / 3);
        PlainMatmul.int64(workers, BATCHES, m, n, k, -3, matrixA, matrixB, beta, matrixC);
        forEach(8, start, (sum, before, at) -> assertEquals(-3 * sum + beta * before, Memory.getLong(at)));
        start = fill(4, Integer.MAX_VALUE / 3);
        PlainMatmul.int32(workers, BATCHES, m, n, k, -3, matrixA, matrixB, beta, matrixC);
        forEach(4, start,
            (sum, before, at) -> assertEquals((int) (-3 * sum + beta * before), Memory.getInt(at)));
        start = fill(8, 1 << 20);
        asDoubles();
        PlainMatmul.float64(workers, BATCHES, m, n, k, -0.5, matrixA, matrixB, beta, matrixC);
        // Small enough integers: float64 is exact.
        forEach(0, start, (sum, before, at) -> assertEquals(new BigDecimal(-sum).divide(new BigDecimal(2))
            .add(new BigDecimal(beta * before)).doubleValue(), Memory.getDouble(at)));
      }
    }

    private long[] values;
    private long[] valuesB;

    /** Fills A, B and C with random integers of {@code bytes} bytes and returns C's. */
    private long[] fill(int bytes, long bound) {
      var random = new Random(m + 100L * n + 10_000L * k);
      values = fill(a, BATCHES * m * k, bytes, bound, random);
      valuesB = fill(b, BATCHES * k * 2 * n, bytes, bound, random);
      return fill(c, BATCHES * m * n, bytes, bound, random);
    }

    private static long[] fill(long block, int count, int bytes, long bound, Random random) {
      long[] values = random.longs(count, -bound, bound).toArray();
      for (int i = 0; i < count; i++) {
        if (bytes == 8) {
          Memory.setLong(block + 8L * i, values[i]);
        } else {
          Memory.setInt(block + 4L * i, (int) values[i]);
        }
      }
      return values;
    }

    private void asDoubles() {
      for (long[] part : new long[][]{{a, (long) BATCHES * m * k}, {b, 2L * BATCHES * k * n},
          {c, (long) BATCHES * m * n}}) {
        for (long i = 0; i < part[1]; i++) {
          Memory.setDouble(part[0] + 8 * i, Memory.getLong(part[0] + 8 * i));
        }
      }
    }

    private interface Check {
      void at(long sum, long before, long address);
    }

    private void forEach(int bytes, long[] before, Check check) {
      for (int g = 0; g < BATCHES; g++) {
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            long sum = 0;
            for (int p = 0; p < k; p++) {
              sum += values[(int) matrixA.batchOffsets()[g] + i + p * m]
                  * valuesB[(int) matrixB.batchOffsets()[g] + p * 2 * n + 2 * j];
            }
            long index = matrixC.batchOffsets()[g] + i + (long) j * m;
            check.at(sum, before[(int) index], c + index * (bytes == 4 ? 4 : 8));
          }
        }
      }
    }

    @Override
    public void close() {
      Memory.free(a);
      Memory.free(b);
      Memory.free(c);
    }
  }
}
