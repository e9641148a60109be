package io.jacquard.cpu;

/**
 * How columns of a product are cut into panels as wide as a tile. The last two share what is left evenly: a tile one vector
 * wide takes as long as one of two, so one of three and one of one are slower than two of two.
 *
 * <pre>{@code
 * for (int p = 0; p < Panels.count(256, 48); p++)   // 48, 48, 48, 48, 32, 32
 *   multiply(Panels.column(p, 256, 48), Panels.column(p + 1, 256, 48));
 * }</pre>
 */
final class Panels {
  private Panels() {}

  static int count(int columns, int tileColumns) {
    return Math.ceilDiv(columns, tileColumns);
  }

  /** Where panel p begins; behind the last one, where the columns end. */
  static int column(int p, int columns, int tileColumns) {
    int count = count(columns, tileColumns);
    if (p >= count) return columns;
    if (p == 0 || p < count - 1) return p * tileColumns;
    int start = (count - 2) * tileColumns;
    int vectors = Math.ceilDiv(columns - start, Simd.LANES);
    return start + Math.ceilDiv(vectors, 2) * Simd.LANES;
  }
}
