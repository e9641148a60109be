package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * Copies pieces of A and B into the order in which a {@link MicroKernel} reads them. Addresses and strides are in
 * bytes.
 */
final class Packing {
  private static final int FLOAT = Float.BYTES;

  private Packing() {}

  /**
   * Packs columns of B: row k of the panel holds the {@code width} elements of B's row k, padded to {@code stride}
   * floats. What the padding holds is of no account, but it is always initialised.
   *
   * @param from    the first element
   * @param row     bytes from a row of B to the next
   * @param column  bytes from a column of B to the next
   * @param depth   rows
   * @param width   columns
   * @param to      the panel
   * @param stride  floats in a row of the panel: a whole number of vectors, at least {@code width}
   */
  static void panel(long from, long row, long column, int depth, int width, long to, int stride) {
    if (column == FLOAT) {
      copyRows(from, row, depth, width, to, stride);
    } else if (row == FLOAT) {
      transpose(from, column, depth, width, to, stride);
    } else {
      gather(from, row, column, 0, depth, 0, width, to, stride);
    }
  }

  private static void copyRows(long from, long row, int depth, int width, long to, int stride) {
    int whole = width / Simd.LANES * Simd.LANES;
    int k = 0;
    if (whole == width) {
      for (; k < depth; k++) {
        copyVectors(from + k * row, to + (long) k * stride * FLOAT, whole);
      }
    } else {
      // Reading whole vectors runs past the end of a row; that is inside the matrix until the last rows.
      int past = stride - width;
      int safe = row <= 0 ? 0 : (int) Math.max(0, depth - (past * (long) FLOAT + row - 1) / row);
      for (; k < safe; k++) {
        copyVectors(from + k * row, to + (long) k * stride * FLOAT, stride);
      }
      gather(from, row, FLOAT, safe, depth, 0, width, to, stride);
    }
  }

  private static void copyVectors(long from, long to, int floats) {
    for (int j = 0; j < floats; j += Simd.LANES) {
      FloatVector.fromMemorySegment(Simd.FLOATS, Memory.ALL, from + (long) j * FLOAT, Memory.ORDER)
          .intoMemorySegment(Memory.ALL, to + (long) j * FLOAT, Memory.ORDER);
    }
  }

  private static void transpose(long from, long column, int depth, int width, long to, int stride) {
    var transposer = Transposer.get();
    int blocks = depth / Simd.LANES;
    int whole = width / Simd.LANES * Simd.LANES;
    for (int j = 0; j < whole; j += Simd.LANES) {
      transposer.run(blocks, from + j * column, column, to + (long) j * FLOAT, (long) stride * FLOAT);
    }
    int done = blocks * Simd.LANES;
    gather(from, FLOAT, column, done, depth, 0, whole, to, stride);
    if (whole < width) {
      gather(from, FLOAT, column, 0, depth, whole, width, to, stride);
    }
  }

  /** Any strides, element by element: rows k0 to k1, columns j0 to j1, and zeros up to the next whole vector. */
  private static void gather(long from, long row, long column, int k0, int k1, int j0, int j1, long to,
      int stride) {
    int end = (j1 + Simd.LANES - 1) / Simd.LANES * Simd.LANES;
    for (int k = k0; k < k1; k++) {
      long source = from + k * row + j0 * column;
      long target = to + (long) k * stride * FLOAT;
      for (int j = j0; j < j1; j++, source += column) {
        Memory.setFloat(target + (long) j * FLOAT, Memory.getFloat(source));
      }
      for (int j = j1; j < end; j++) {
        Memory.setFloat(target + (long) j * FLOAT, 0f);
      }
    }
  }

  /**
   * Copies a block of A so that its rows are contiguous, whatever they were.
   *
   * @param from   the first element
   * @param row    bytes from a row of A to the next
   * @param step   bytes from a step, a column, of A to the next
   * @param toRow  bytes from a row of the copy to the next: room for a whole number of vectors
   */
  static void block(long from, long row, long step, int rows, int depth, long to, long toRow) {
    if (step == FLOAT) {
      for (int i = 0; i < rows; i++) Memory.copy(from + i * row, to + i * toRow, (long) depth * FLOAT);
    } else {
      panel(from, row, step, rows, depth, to, (int) (toRow / FLOAT));
    }
  }
}
