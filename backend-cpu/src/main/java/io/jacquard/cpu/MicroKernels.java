package io.jacquard.cpu;

/**
 * The kernels of this process and the tile shapes they are used in. A kernel is written when it is first asked for
 * and kept for good.
 */
final class MicroKernels {
  /** Rows of a full tile: the shapes measured fastest that fit the registers. */
  static final int ROWS = Simd.REGISTERS >= 32 ? 8 : 6;

  /** Vectors across a full tile. */
  private static final int VECTORS = Simd.REGISTERS >= 32 ? 3 : 2;

  /** Wider than this a tile gains nothing: its accumulators already hide the latency of the multiply-add. */
  private static final int MOST_VECTORS = 8;

  /** Enough for any tile. */
  static final long LARGEST_TILE_BYTES = (long) ROWS * MOST_VECTORS * Simd.BYTES;

  private static final MicroKernel.Mode[] MODES = MicroKernel.Mode.values();

  // A cache: two threads may both write the same kernel, and either is good.
  private static final MicroKernel[] KERNELS = new MicroKernel[MODES.length * (ROWS + 1)
      * (MOST_VECTORS + 1)];

  private MicroKernels() {}

  /**
   * How many vectors wide a tile of {@code rows} rows is. Low tiles are wider, for enough independent sums to keep
   * the multipliers busy.
   */
  static int vectors(int rows) {
    if (rows == ROWS) {
      return VECTORS;
    }
    // The sums, one row of B and one element of A must fit.
    return Math.min(MOST_VECTORS, (Simd.REGISTERS - 2) / (rows + 1));
  }

  static MicroKernel get(MicroKernel.Mode mode, int rows, int vectors) {
    int index = (mode.ordinal() * (ROWS + 1) + rows) * (MOST_VECTORS + 1) + vectors;
    var kernel = KERNELS[index];
    if (kernel == null) {
      kernel = MicroKernelWriter.write(rows, vectors, mode);
      KERNELS[index] = kernel;
    }
    return kernel;
  }
}
