package io.jacquard.cpu;

import java.util.Arrays;

/**
 * Float32 products of blocks, as part of a larger computation: on the calling thread when that works on a part of a job,
 * otherwise on all, and without a look at whether operands lie in live memory, since some lie in {@link Scratch}. The kernels are those of
 * {@link Matmul}; until they are compiled, plain loops give the same bits.
 */
final class BlockProducts {
  /** Longer sums would be cut into pieces, which the plain loops do not do. */
  static final int MOST_DEPTH = 1024;

  private final Workers workers;
  private final boolean warm;

  /** @param warm whether the kernels are compiled */
  BlockProducts(Workers workers, boolean warm) {
    this.workers = workers;
    this.warm = warm;
  }

  /**
   * {@code C = A B}, or {@code C = C + A B} if {@code adds}; A is m by k, B is k by n. Each element is a chain of fused
   * multiply-adds in ascending order of k.
   *
   * @param c whose rows are contiguous, {@code cRow} elements apart
   */
  void run(int m, int n, int k, Matrix a, Matrix b, boolean adds, long c, long cRow) {
    run(1, m, n, k, a, b, adds, Matrix.of(c, cRow, 1));
  }

  /** The same for a batch of matrices each; the rows of {@code c} are contiguous. */
  void run(int batches, int m, int n, int k, Matrix a, Matrix b, boolean adds, Matrix c) {
    if (warm) {
      var task = MatmulTask.ofThread();
      task.prepare(batches, m, n, k, 1f, a, b, adds ? 1f : 0f, c, Epilogue.NONE, false);
      task.run(workers);
      return;
    }
    workers.run(batches, i -> plain(m, k, a.at(i, Float.BYTES), a, b.at(i, Float.BYTES), b, adds,
        c.at(i, Float.BYTES), c.rowStride(), new float[n]));
  }

  private static void plain(int m, int k, long first, Matrix a, long second, Matrix b, boolean adds, long c,
      long cRow,
      float[] sums) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(sums, 0f);
      for (int p = 0; p < k; p++) {
        float x = Memory.getFloat(first + 4 * (i * a.rowStride() + p * a.columnStride()));
        multiplyAdd(sums, x, second + 4 * p * b.rowStride(), 4 * b.columnStride());
      }
      long to = c + 4 * i * cRow;
      for (int j = 0; j < sums.length; j++) {
        long at = to + 4L * j;
        Memory.setFloat(at, adds ? sums[j] + Memory.getFloat(at) : sums[j]);
      }
    }
  }

  private static void multiplyAdd(float[] sums, float x, long row, long step) {
    for (int j = 0; j < sums.length; j++) sums[j] = Math.fma(x, Memory.getFloat(row + j * step), sums[j]);
  }
}
