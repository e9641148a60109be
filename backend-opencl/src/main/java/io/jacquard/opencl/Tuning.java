package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulTile;
import org.jspecify.annotations.Nullable;

/**
 * How kernels are made for a device. What is chosen depends on the device and on shapes, never on timing, so the same input
 * gives the same bits.
 *
 * @param mapGroup items of a work-group that works on elements
 * @param foldGroup items of a work-group that shares a fold, a power of two
 * @param localMemory bytes of shared memory for tiles of matrices; 0 to use none, as on CPUs, whose shared memory is no
 *        faster than any other
 * @param wide whether positions have 64 bits where 32 would do, too; for tests
 * @param tile how all matrices are multiplied, for tests; null to choose by shape
 * @param keepsBinaries whether what was compiled is kept on disk. PoCL does so itself, and to hand its binary out it would
 *        compile once more
 */
record Tuning(int mapGroup, int foldGroup, long localMemory, boolean wide, @Nullable MatmulTile tile,
    boolean keepsBinaries) {
  /** Products with fewer elements than this leave most of a GPU idle with large tiles. */
  private static final long SMALL = 1 << 15;

  static Tuning of(ClDevice device) {
    int largest = (int) Math.min(256, device.largestGroup());
    if (device.cpu()) return new Tuning(largest, 64, 0, false, null, !device.isPocl());
    return new Tuning(largest, largest, device.localMemory(), false, null, !device.isPocl());
  }

  /** Whether an item drives a whole SIMD unit, as on CPUs, rather than a lane of one. */
  boolean vectors() {
    return localMemory == 0;
  }

  MatmulTile tile(DType type, long batch, long rows, long columns, long depth) {
    if (tile != null) return tile;
    if (localMemory == 0) return registers(type, rows, columns);
    if (batch * rows * columns < SMALL || depth < 16 || rows == 1 || columns == 1)
      return new MatmulTile(false, 64, 1, 1, 1, 1);
    int per = rows >= 512 && columns >= 512 && type == DType.FLOAT32 ? 8 : 4;
    var shared = new MatmulTile(true, 16, 16, per, per, 16);
    boolean fits = shared.sharedBytes(type.bytes()) <= localMemory && shared.group() <= mapGroup;
    return fits ? shared : new MatmulTile(false, 64, 1, 4, 4, 1);
  }

  /** A tile whose rows are vectors of a CPU; caches do the rest. */
  private static MatmulTile registers(DType type, long rows, long columns) {
    int vector = 64 / type.bytes();
    if (columns < vector) return new MatmulTile(false, 16, 1, 1, 1, 1);
    return new MatmulTile(false, 4, 1, rows >= 8 ? 8 : 1, vector, 1);
  }
}
