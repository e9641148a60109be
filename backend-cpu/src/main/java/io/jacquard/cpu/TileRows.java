package io.jacquard.cpu;

/** Moves tiles that were computed beside their places to rows that lie where a table says. */
final class TileRows {
  private TileRows() {}

  /** A table for a tile of so many rows, in memory of the scratch. */
  static long write(Scratch scratch, int rows, long rowBytes) {
    long table = scratch.take((long) rows * IndexedKernel.ROW);
    for (int i = 0; i < rows; i++) Memory.setLong(table + (long) i * IndexedKernel.ROW, i * rowBytes);
    return table;
  }

  /**
   * Stores a tile, or adds it to what is there.
   *
   * @param tileRow bytes from a row of the tile to the next
   * @param width floats of a row
   * @param cRows the table of the rows' offsets from c
   */
  static void move(long tile, long tileRow, int rows, int width, long c, long cRows, boolean adds) {
    for (int i = 0; i < rows; i++) {
      long to = c + Memory.getLong(cRows + (long) i * IndexedKernel.ROW);
      if (adds) {
        TileSums.add(1f, tile + i * tileRow, 0, 1, width, to, 0, Float.BYTES);
      } else {
        Memory.copy(tile + i * tileRow, to, (long) width * Float.BYTES);
      }
    }
  }
}
