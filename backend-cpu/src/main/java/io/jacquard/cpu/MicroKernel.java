package io.jacquard.cpu;

/**
 * The innermost piece of a float32 matrix product: a tile of C, {@code rows} high and {@code vectors} vectors wide,
 * that stays in registers while {@code depth} steps of A and B stream past.
 *
 * <p>Subclasses are written by {@link MicroKernelWriter}, one for each tile shape and {@link Mode}. All addresses
 * and strides are in bytes. A may lie anyhow; a row of B and of C must be contiguous and a whole number of vectors.
 * Each element is the chain {@code fma(a[i,k], b[k,j], ...)} for ascending k, whatever the tile.
 */
abstract class MicroKernel {
  /** What becomes of the finished sum. */
  enum Mode {
    /** {@code c = sum}. */
    STORE,
    /** {@code c = alpha * sum}. */
    SCALE,
    /** {@code c = sum + bias}, the bias being one row as wide as the tile. */
    BIAS,
    /** {@code c = max(sum + bias, 0)}; NaN stays NaN and -0 becomes 0. */
    BIAS_RELU
  }

  /**
   * Computes one tile.
   *
   * @param depth steps of the sum; 0 for a call that does nothing and is only counted, see {@link UntilCompiled}
   * @param a     the first element of the tile's rows of A
   * @param aRow  bytes from a row of A to the next
   * @param aStep bytes from a step of A to the next
   * @param b     the tile's first row of B
   * @param bStep bytes from a row of B to the next
   * @param c     the tile's first row of C
   * @param cRow  bytes from a row of C to the next
   * @param bias  the tile's part of the bias row; read by the two bias modes only
   * @param alpha read by SCALE only
   */
  abstract void run(int depth, long a, long aRow, long aStep, long b, long bStep, long c, long cRow,
      long bias,
      float alpha);
}
