package io.jacquard.cpu;

/**
 * Matrix products C = epilogue(alpha A B + beta C) on raw memory.
 *
 * <p>A is m by k, B is k by n, C is m by n; each may have any strides, so transposed operands need no copy, and a
 * batch is computed at one call. C must not overlap A or B, nor itself. The result is the same bits on any number of
 * threads.
 *
 * <pre>{@code
 * // y = max(x W + b, 0), x being 32 by 784 and W 784 by 128, all row by row
 * matmul.run(1, 32, 128, 784, 1f, Matrix.of(x, 784, 1), Matrix.of(w, 128, 1), 0f, Matrix.of(y, 128, 1),
 *     Epilogue.biasRelu(b, 1));
 * }</pre>
 */
final class Matmul {
  private final Workers workers;

  Matmul(Workers workers) {
    this.workers = workers;
  }

  /**
   * Computes a batch of float32 products.
   *
   * <p>Each element is a chain of fused multiply-adds in ascending order of k, restarted every thousand or so terms,
   * the pieces being added in order. With beta 0, what C held does not count, NaN included. With k 0 the sum is 0.
   *
   * @param batches  how many products
   * @param m        rows of A and C
   * @param n        columns of B and C
   * @param k        columns of A and rows of B
   * @param epilogue what is done to C while it is in cache; it must not itself compute products
   */
  void run(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue) {
    if (batches <= 0 || m <= 0 || n <= 0) {
      return;
    }
    a.check(batches, m, k, Float.BYTES, "matmul A");
    b.check(batches, k, n, Float.BYTES, "matmul B");
    c.check(batches, m, n, Float.BYTES, "matmul C");
    if (epilogue.hasBias()) {
      Memory.check(epilogue.biasAddress(), ((n - 1) * epilogue.biasStride() + 1) * Float.BYTES,
          "matmul bias");
    }
    if (batches == 1 && LongSums.suits(m, n, k, alpha, beta, epilogue)) {
      LongSums.ofThread().run(workers, m, n, k, a.first(), b.first(), c.first(), epilogue);
      return;
    }
    var task = MatmulTask.ofThread();
    boolean turned = turn(m, n, c);
    if (turned) {
      // C is stored column by column: compute C^T = B^T A^T.
      task.prepare(batches, n, m, k, alpha, a, b, beta, c, epilogue, true);
    } else {
      task.prepare(batches, m, n, k, alpha, a, b, beta, c, epilogue, false);
    }
    task.run(workers);
  }

  /** How many rows an m by n product is computed with: C's, or its columns if those are contiguous. */
  static int rows(int m, int n, Matrix c) {
    return Math.max(1, turn(m, n, c) ? n : m);
  }

  /** Whether the rows of C rather than its columns are contiguous. */
  private static boolean turn(int m, int n, Matrix c) {
    if (n == 1) {
      return m > 1 && c.rowStride() == 1;
    }
    return c.columnStride() != 1 && (m == 1 || c.rowStride() == 1);
  }

  /**
   * Brings the common kernels to full speed, which takes some hundred milliseconds; best on a part of the
   * {@link Workers} or a thread of its own while something else, such as reading data, is done. Until C2 has compiled
   * a kernel each of its vectors is an object, and products take a hundred times longer.
   *
   * @return whether everything was compiled; false on a machine that is too busy, or without C2
   */
  static boolean prewarm() {
    boolean all = true;
    try (var ground = new Ground()) {
      for (var kind : Epilogue.Kind.values()) {
        var warmup = new MatmulWarmup(kind, MicroKernels.ROWS, ground, () -> {});
        while (!warmup.turn()) {
        }
        all &= warmup.left() == 0;
      }
    }
    return all;
  }
}
