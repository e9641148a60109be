package io.jacquard.cpu;

import org.jspecify.annotations.Nullable;

/**
 * What a float32 matrix product does to C while it is still in cache.
 *
 * @param biasAddress the first element of a row that is added to every row of C; 0 for none
 * @param biasStride  elements from one column's bias to the next; 0 adds the same number everywhere
 * @param relu        whether negative results become 0, after the bias; NaN stays
 * @param tile        called at last on each finished block of C; null for none
 */
record Epilogue(long biasAddress, long biasStride, boolean relu, @Nullable Tile tile) {
  /** Nothing: C as it is. */
  static final Epilogue NONE = new Epilogue(0, 0, false, null);

  /** The epilogues that kernels have built in. */
  enum Kind {
    NONE(MicroKernel.Mode.STORE), BIAS(MicroKernel.Mode.BIAS), BIAS_RELU(MicroKernel.Mode.BIAS_RELU);

    /** How kernels do it on a whole tile. */
    final MicroKernel.Mode mode;

    Kind(MicroKernel.Mode mode) {
      this.mode = mode;
    }

    /** Such an epilogue, with a bias row of stride 1. */
    Epilogue on(long bias) {
      return this == NONE ? Epilogue.NONE : this == BIAS ? bias(bias, 1) : biasRelu(bias, 1);
    }
  }

  /** Work on a block of C that was finished a moment ago. Blocks do not overlap, and cover C once. */
  @FunctionalInterface
  interface Tile {
    /**
     * Works on rows {@code row} to {@code row + rows - 1} and columns {@code column} to
     * {@code column + columns - 1} of matrix {@code batch}. Several blocks may be worked on at once, by several
     * threads.
     */
    void apply(int batch, int row, int column, int rows, int columns);
  }

  /** {@code C + bias}, in every row. */
  static Epilogue bias(long address, long stride) {
    return new Epilogue(address, stride, false, null);
  }

  /** {@code max(C + bias, 0)}, in every row. */
  static Epilogue biasRelu(long address, long stride) {
    return new Epilogue(address, stride, true, null);
  }

  /** Any other work, block by block. */
  static Epilogue of(Tile tile) {
    return new Epilogue(0, 0, false, tile);
  }

  Kind kind() {
    return !hasBias() ? Kind.NONE : relu ? Kind.BIAS_RELU : Kind.BIAS;
  }

  boolean hasBias() {
    return biasAddress != 0;
  }
}
