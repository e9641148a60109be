package io.jacquard.cpu;

/**
 * What happens to C outside the kernels: tiles that cannot be computed in place, the scaling by beta, and biases that
 * come too late for a kernel. The same bits as the kernels give. Strides are in bytes.
 */
final class Tiles {
  private static final int FLOAT = Float.BYTES;

  private Tiles() {}

  /** Copies a tile, {@code tileRow} bytes a row, to C. */
  static void store(long tile, long tileRow, int rows, int columns, long c, long row, long column) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        Memory.setFloat(c + i * row + j * column, Memory.getFloat(tile + i * tileRow + (long) j * FLOAT));
      }
    }
  }

  /** {@code c = beta * c}; with beta 0 what was there does not count, NaN included. */
  static void scale(float beta, int rows, int columns, long c, long row, long column) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        long at = c + i * row + j * column;
        Memory.setFloat(at, beta == 0f ? 0f : beta * Memory.getFloat(at));
      }
    }
  }

  /** {@code c = c + bias}, or the larger of that and 0. The bias's strides may be 0. */
  static void bias(boolean relu, int rows, int columns, long c, long row, long column, long bias,
      long biasRow,
      long biasColumn) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        long at = c + i * row + j * column;
        float sum = Memory.getFloat(at) + Memory.getFloat(bias + i * biasRow + j * biasColumn);
        Memory.setFloat(at, relu && sum <= 0f ? 0f : sum);
      }
    }
  }
}
