package io.jacquard.cpu;

import org.jspecify.annotations.Nullable;

/**
 * A matrix, or a batch of them, in raw memory.
 *
 * @param address      where element (0, 0) of the first matrix lies when its batch offset is 0
 * @param rowStride    elements from a row to the next; any value
 * @param columnStride elements from a column to the next; any value
 * @param batchOffsets for each matrix of the batch, the elements from {@code address} to its element (0, 0); null
 *                     means that all start at {@code address}
 */
record Matrix(long address, long rowStride, long columnStride, long @Nullable [] batchOffsets) {
  /** A single matrix. */
  static Matrix of(long address, long rowStride, long columnStride) {
    return new Matrix(address, rowStride, columnStride, null);
  }

  /** Where element (0, 0) of one matrix of the batch lies. */
  long at(int batch, int elementBytes) {
    return batchOffsets == null ? address : address + batchOffsets[batch] * elementBytes;
  }

  /** The first matrix of the batch, alone. */
  Matrix first() {
    return batchOffsets == null ? this : of(at(0, 1), rowStride, columnStride);
  }

  /** Verifies in checked mode that all {@code rows} by {@code columns} elements lie in a live block. */
  void check(int batches, int rows, int columns, int elementBytes, String what) {
    if (!Memory.CHECKED || rows == 0 || columns == 0) {
      return;
    }
    long down = (rows - 1) * rowStride;
    long across = (columns - 1) * columnStride;
    long first = Math.min(0, down) + Math.min(0, across);
    long last = Math.max(0, down) + Math.max(0, across);
    for (int i = 0; i < batches; i++) {
      Memory.check(at(i, elementBytes) + first * elementBytes, (last - first + 1) * elementBytes, what);
    }
  }
}
