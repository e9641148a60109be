package io.jacquard.cpu;

/**
 * Products with long sums and few results, as those of a single sample with the weight of a wide layer. Such a result is one
 * tile, so there is nothing to share but the sum. It is cut into the pieces of {@link Slabs} anyhow; here each piece is
 * computed beside the result, by whichever thread is free, and then they are added in their order. So the bits are those
 * that {@link MatmulTask} gives.
 *
 * <pre>{@code
 * // y = x W + b, x being one row of 9,216, W 9,216 by 128
 * if (LongSums.suits(1, 128, 9216, 1f, 0f, Epilogue.bias(b, 1)))
 *   LongSums.ofThread().run(workers, 1, 128, 9216, Matrix.of(x, 9216, 1), Matrix.of(w, 128, 1),
 *       Matrix.of(y, 128, 1), Epilogue.bias(b, 1));
 * }</pre>
 */
final class LongSums {
  private static final int FLOAT = Float.BYTES;
  /** Numbers of B, if there are as many rows as a tile has, for which another thread pays. */
  private static final double LEAST_WORK = 1e6;
  /** Results that fit the nearest cache beside a piece's numbers. */
  private static final int MOST_RESULTS = 2048;

  private static final ThreadLocal<LongSums> OF_THREAD = ThreadLocal.withInitial(LongSums::new);

  // Where the pieces begin, in elements. Kept, so that a product that repeats leaves less on the heap.
  private long[] ofA = {};
  private long[] ofB = {};
  private long[] ofC = {};

  private LongSums() {}

  static LongSums ofThread() {
    return OF_THREAD.get();
  }

  /** Whether a product is of that kind, and its pieces are equal. */
  static boolean suits(int m, int n, int k, float alpha, float beta, Epilogue epilogue) {
    int depth = Slabs.depth(k);
    return depth < k && k % depth == 0 && m <= MicroKernels.ROWS && (long) m * n <= MOST_RESULTS
        && (double) n * k >= LEAST_WORK && alpha == 1f && beta == 0f && epilogue.tile() == null;
  }

  /** Computes one product that {@link #suits}. */
  void run(Workers workers, int m, int n, int k, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
    int depth = Slabs.depth(k);
    int pieces = k / depth;
    cut(pieces, depth * a.columnStride(), depth * b.rowStride(), (long) m * n);
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long sums = scratch.take((long) pieces * m * n * FLOAT);
    var task = MatmulTask.ofThread();
    task.prepare(pieces, m, n, depth, 1f, new Matrix(a.address(), a.rowStride(), a.columnStride(), ofA),
        new Matrix(b.address(), b.rowStride(), b.columnStride(), ofB), 0f, new Matrix(sums, n, 1, ofC),
        Epilogue.NONE, false);
    task.run(workers);
    long row = c.rowStride() * FLOAT;
    long column = c.columnStride() * FLOAT;
    Tiles.store(sums, (long) n * FLOAT, m, n, c.address(), row, column);
    for (int piece = 1; piece < pieces; piece++)
      TileSums.add(1f, sums + ofC[piece] * FLOAT, (long) n * FLOAT, m, n, c.address(), row, column);
    if (epilogue.hasBias()) {
      Tiles.bias(epilogue.relu(), m, n, c.address(), row, column, epilogue.biasAddress(), 0,
          epilogue.biasStride() * FLOAT);
    }
    scratch.release(mark);
  }

  private void cut(int pieces, long a, long b, long c) {
    if (ofA.length != pieces) {
      ofA = new long[pieces];
      ofB = new long[pieces];
      ofC = new long[pieces];
    }
    for (int piece = 0; piece < pieces; piece++) {
      ofA[piece] = piece * a;
      ofB[piece] = piece * b;
      ofC[piece] = piece * c;
    }
  }
}
