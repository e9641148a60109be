package io.jacquard.cpu;

/**
 * The innermost piece of a float32 convolution: a tile of sums in registers, as in {@link MicroKernel}, but of matrices
 * whose rows and columns lie where tables say. So what a window sees needs no copy, whatever its stride, dilation or
 * edge:
 *
 * <pre>{@code
 * c[cRows[i] + j] = (sum over k of a[aRows[i] + steps[k].a] * b[steps[k].b + j]) + bias[j]
 * }</pre>
 *
 * <p>Subclasses are written by {@link IndexedKernelWriter}, one for each width; {@link ColdIndexedKernel} serves until
 * they are compiled. There is always a bias, if only zeros: that costs nothing, and C2 has half as much to compile. All of them give the same bits: each element is the
 * chain {@code fma(a, b, ...)} in the order of the steps, from 0, and then the bias.
 *
 * <p>All is in bytes; an entry of {@code aRows} and {@code cRows} is a long, of {@code steps} a pair of longs.
 */
abstract class IndexedKernel {
  /** Bytes of an entry of {@code aRows} or {@code cRows}. */
  static final int ROW = Long.BYTES;
  /** Bytes of an entry of {@code steps}. */
  static final int STEP = 2 * Long.BYTES;

  /**
   * Computes one tile.
   *
   * @param depth terms of the sum, 0 or more
   * @param a     what the offsets of the tile's rows and of the steps are added to
   * @param aRows the table of the rows' offsets in a
   * @param b     what the second offsets of the steps are added to; a row of b is whole vectors
   * @param steps the table of the terms' offsets, in a and in b
   * @param c     what the offsets of the results are added to
   * @param cRows the table of the results' offsets
   * @param bias  a row of whole vectors
   */
  abstract void run(int depth, long a, long aRows, long b, long steps, long c, long cRows, long bias);
}
