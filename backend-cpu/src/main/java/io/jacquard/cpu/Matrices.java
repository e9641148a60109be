package io.jacquard.cpu;

import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/**
 * The matrices of a view's last two dimensions, which may lie anyhow, numbered in row-major order of the dimensions before.
 *
 * @param address where the view begins
 * @param offsets for each matrix, the bytes from there to its first element
 * @param rowStride elements from a row to the next
 * @param columnStride elements from a column to the next
 */
record Matrices(long address, long[] offsets, long rowStride, long columnStride) {
  /** @param operand names the view in errors */
  static Matrices of(View view, String operand) {
    var layout = view.layout();
    int rank = layout.shape().rank();
    return new Matrices(Views.address(view, operand), offsets(layout, view.dtype().bytes()),
        layout.stride(rank - 2), layout.stride(rank - 1));
  }

  private static long[] offsets(Layout layout, int bytes) {
    var shape = layout.shape();
    long count = 1;
    for (int d = 0; d < shape.rank() - 2; d++) count *= shape.size(d);
    var offsets = new long[Math.toIntExact(count)];
    for (int i = 0; i < offsets.length; i++) {
      long rest = i;
      for (int d = shape.rank() - 3; d >= 0; d--) {
        offsets[i] += rest % shape.size(d) * layout.stride(d) * bytes;
        rest /= shape.size(d);
      }
    }
    return offsets;
  }

  /** Where a float32 matrix's row begins. */
  long row(int matrix, long row) {
    return address + offsets[matrix] + 4 * row * rowStride;
  }

  /** A float32 matrix from a row on. */
  Matrix from(int matrix, long row) {
    return Matrix.of(row(matrix, row), rowStride, columnStride);
  }

  /** The same, turned: its columns are the rows from this one on. */
  Matrix turned(int matrix, long row) {
    return Matrix.of(row(matrix, row), columnStride, rowStride);
  }
}
