package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/** Tiles of a product that are added to C, in vectors where C's columns lie together. Strides are in bytes. */
final class TileSums {
  private static final int FLOAT = Float.BYTES;

  private TileSums() {}

  /** {@code c = alpha * tile + c}, fused. */
  static void add(float alpha, long tile, long tileRow, int rows, int columns, long c, long row,
      long column) {
    var scale = FloatVector.broadcast(Simd.FLOATS, alpha);
    for (int i = 0; i < rows; i++) {
      long from = tile + i * tileRow;
      long to = c + i * row;
      int j = 0;
      if (column == FLOAT) {
        for (; j <= columns - Simd.LANES; j += Simd.LANES, from += Simd.BYTES, to += Simd.BYTES) {
          FloatVector.fromMemorySegment(Simd.FLOATS, Memory.ALL, from, Memory.ORDER)
              .fma(scale, FloatVector.fromMemorySegment(Simd.FLOATS, Memory.ALL, to, Memory.ORDER))
              .intoMemorySegment(Memory.ALL, to, Memory.ORDER);
        }
      }
      for (; j < columns; j++, from += FLOAT, to += column) {
        Memory.setFloat(to, Math.fma(alpha, Memory.getFloat(from), Memory.getFloat(to)));
      }
    }
  }
}
