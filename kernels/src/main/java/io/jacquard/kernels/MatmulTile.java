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
 * @param unroll steps along the depth that are written one after the other; 1 leaves it to the compiler
 * @param vector elements of the result that an item takes beside each other, and below each other, so that it reads them
 *        from shared memory together; divides rows and columns. 1 has neighbours read neighbouring words
 * @param padding elements by which the rows of blocks in shared memory are longer, so that they fall into other banks;
 *        rounded up to whole vectors
 */
public record MatmulTile(boolean shared, int across, int down, int rows, int columns, int depth, int unroll,
    int vector,
    int padding) {
  public MatmulTile {
    if (across < 1 || down < 1 || rows < 1 || columns < 1 || depth < 1 || unroll < 1 || vector < 1
        || padding < 0
        || rows % vector != 0 || columns % vector != 0)
      throw new IllegalArgumentException(
          "no such tile: " + across + " x " + down + " items, " + rows + " x " + columns
              + " elements, depth " + depth + ", unroll " + unroll + ", vector " + vector + ", padding "
              + padding);
  }

  /** As plain as can be: one element after the other, rows of blocks longer by one. */
  public MatmulTile(boolean shared, int across, int down, int rows, int columns, int depth) {
    this(shared, across, down, rows, columns, depth, 1, 1, 1);
  }

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

  /** The length of a row of a block in shared memory whose elements are {@code length}. */
  int pitch(int length) {
    return (length + padding + vector - 1) / vector * vector;
  }

  /** Bytes of shared memory for elements of so many bytes. */
  public int sharedBytes(int element) {
    return shared ? depth * (pitch(blockRows()) + pitch(blockColumns())) * element : 0;
  }
}
