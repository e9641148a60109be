package io.jacquard.cpu;

/**
 * Matrix products of the types that have no vector kernels: float64, int32 and int64. Scalar loops, row by row, in
 * the order i, k, j, so that the innermost runs along rows of B and C.
 *
 * <p>The same terms as {@link Matmul#run}: any strides, batches, C = alpha A B + beta C, and with beta 0 what C held
 * does not count. float64 sums are chains of fused multiply-adds in ascending order of k; integers wrap around.
 */
final class PlainMatmul {
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 4e4;

  private PlainMatmul() {}

  /** Computes a batch of float64 products. */
  static void float64(Workers workers, int batches, int m, int n, int k, double alpha, Matrix a, Matrix b,
      double beta,
      Matrix c) {
    check(batches, m, n, k, a, b, c, Double.BYTES);
    byRows(workers, batches, m, n, k, (batch, i) -> {
      long to = c.at(batch, 8) + i * c.rowStride() * 8;
      long step = c.columnStride() * 8;
      for (int j = 0; j < n; j++) {
        Memory.setDouble(to + j * step, beta == 0 ? 0 : beta * Memory.getDouble(to + j * step));
      }
      for (int p = 0; p < k; p++) {
        double x = alpha * Memory.getDouble(a.at(batch, 8) + (i * a.rowStride() + p * a.columnStride()) * 8);
        long from = b.at(batch, 8) + p * b.rowStride() * 8;
        long fromStep = b.columnStride() * 8;
        for (int j = 0; j < n; j++) {
          long at = to + j * step;
          Memory.setDouble(at, Math.fma(x, Memory.getDouble(from + j * fromStep), Memory.getDouble(at)));
        }
      }
    });
  }

  /** Computes a batch of int32 products. */
  static void int32(Workers workers, int batches, int m, int n, int k, int alpha, Matrix a, Matrix b,
      int beta,
      Matrix c) {
    check(batches, m, n, k, a, b, c, Integer.BYTES);
    byRows(workers, batches, m, n, k, (batch, i) -> {
      long to = c.at(batch, 4) + i * c.rowStride() * 4;
      long step = c.columnStride() * 4;
      for (int j = 0; j < n; j++) {
        Memory.setInt(to + j * step, beta == 0 ? 0 : beta * Memory.getInt(to + j * step));
      }
      for (int p = 0; p < k; p++) {
        int x = alpha * Memory.getInt(a.at(batch, 4) + (i * a.rowStride() + p * a.columnStride()) * 4);
        long from = b.at(batch, 4) + p * b.rowStride() * 4;
        long fromStep = b.columnStride() * 4;
        for (int j = 0; j < n; j++) {
          long at = to + j * step;
          Memory.setInt(at, Memory.getInt(at) + x * Memory.getInt(from + j * fromStep));
        }
      }
    });
  }

  /** Computes a batch of int64 products. */
  static void int64(Workers workers, int batches, int m, int n, int k, long alpha, Matrix a, Matrix b,
      long beta,
      Matrix c) {
    check(batches, m, n, k, a, b, c, Long.BYTES);
    byRows(workers, batches, m, n, k, (batch, i) -> {
      long to = c.at(batch, 8) + i * c.rowStride() * 8;
      long step = c.columnStride() * 8;
      for (int j = 0; j < n; j++) {
        Memory.setLong(to + j * step, beta == 0 ? 0 : beta * Memory.getLong(to + j * step));
      }
      for (int p = 0; p < k; p++) {
        long x = alpha * Memory.getLong(a.at(batch, 8) + (i * a.rowStride() + p * a.columnStride()) * 8);
        long from = b.at(batch, 8) + p * b.rowStride() * 8;
        long fromStep = b.columnStride() * 8;
        for (int j = 0; j < n; j++) {
          long at = to + j * step;
          Memory.setLong(at, Memory.getLong(at) + x * Memory.getLong(from + j * fromStep));
        }
      }
    });
  }

  private interface Row {
    void compute(int batch, int i);
  }

  private static void byRows(Workers workers, int batches, int m, int n, int k, Row row) {
    if (batches <= 0 || m <= 0 || n <= 0) {
      return;
    }
    long rows = (long) batches * m;
    long rowsPerPart = Math.max((long) Math.ceil(PART_WORK / ((double) n * (k + 1))), rows / (1 << 20) + 1);
    workers.run((int) ((rows + rowsPerPart - 1) / rowsPerPart), part -> {
      long end = Math.min(rows, (part + 1) * rowsPerPart);
      for (long r = part * rowsPerPart; r < end; r++) {
        row.compute((int) (r / m), (int) (r % m));
      }
    });
  }

  private static void check(int batches, int m, int n, int k, Matrix a, Matrix b, Matrix c,
      int elementBytes) {
    a.check(batches, m, k, elementBytes, "matmul A");
    b.check(batches, k, n, elementBytes, "matmul B");
    c.check(batches, m, n, elementBytes, "matmul C");
  }
}
