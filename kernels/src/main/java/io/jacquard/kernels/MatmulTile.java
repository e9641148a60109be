package io.jacquard.kernels;

/**
 * How {@link MatmulKernel} shares a product out.
 *
 * @param shared whether a work-group copies blocks to shared memory ({@code matmul_tiled.c}), or every item reads for itself
 *        ({@code matmul_direct.c})
 * @param across items of a work-group beside each other
 * @param down items of a work-group below each other
 * @param rows elements of the result that an item computes, below each other
 * @param columns the same, beside each other
 * @param depth how much of the depth a work-group copies at a time; without meaning if nothing is shared
 */
public record MatmulTile(boolean shared, int across, int down, int rows, int columns, int depth) {
  /** Items in a work-group. */
  public int group() {
    return across * down;
  }

  /** Rows of the result that a work-group computes. */
  public int blockRows() {
    return down * rows;
  }

  public int blockColumns() {
    return across * columns;
  }

  /** Bytes of shared memory for elements of so many bytes. */
  public int sharedBytes(int element) {
    return shared ? depth * (blockRows() + 1 + blockColumns() + 1) * element : 0;
  }
}
