package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulTile;
import org.jspecify.annotations.Nullable;

/**
 * How kernels are made for a device. What is chosen depends on the device and on shapes, never on timing, so the same input
 * gives the same bits.
 *
 * <pre>{@code
 * var gpu = new Tuning(256, 256, 48 << 10, false, null, true);
 * }</pre>
 *
 * @param mapGroup items of a work-group that works on elements
 * @param foldGroup items of a work-group that shares a fold, a power of two
 * @param localMemory bytes of shared memory for tiles of matrices; 0 to use none, as on CPUs, whose shared memory is no
 *        faster than any other
 * @param wide whether positions have 64 bits where 32 would do, too; for tests
 * @param tile how all matrices are multiplied, for tests; null to choose by shape
 * @param keepsBinaries whether what was compiled is kept on disk. PoCL does so itself, and to hand its binary out it would
 *        compile once more
 * @param tiles what was found, or is shipped, for float32
 */
public record Tuning(int mapGroup, int foldGroup, long localMemory, boolean wide, @Nullable MatmulTile tile,
    boolean keepsBinaries, Tiles tiles) {
  /** By rules alone. */
  public Tuning(int mapGroup, int foldGroup, long localMemory, boolean wide, @Nullable MatmulTile tile,
      boolean keepsBinaries) {
    this(mapGroup, foldGroup, localMemory, wide, tile, keepsBinaries, Tiles.NONE);
  }

  /** Whether an item drives a whole SIMD unit, as on CPUs, rather than a lane of one. */
  public boolean vectors() {
    return localMemory == 0;
  }

  /** With other tiles. */
  public Tuning with(Tiles tiles) {
    return new Tuning(mapGroup, foldGroup, localMemory, wide, tile, keepsBinaries, tiles);
  }

  /** With all matrices multiplied alike. */
  public Tuning with(MatmulTile all) {
    return new Tuning(mapGroup, foldGroup, localMemory, wide, all, keepsBinaries, tiles);
  }

  /** How matrices of these sizes are multiplied. */
  public MatmulTile tile(DType type, long batch, long rows, long columns, long depth) {
    if (tile != null) return tile;
    var size = ProductSize.of(batch, rows, columns, depth);
    var found = type == DType.FLOAT32 ? tiles.get(size) : null;
    if (found != null && fits(found, type)) return found;
    if (localMemory == 0) return registers(type, rows, columns);
    if (ProductSize.isFew(batch, rows, columns, depth)) return new MatmulTile(false, 64, 1, 1, 1, 1);
    int per = size == ProductSize.LARGE && type == DType.FLOAT32 ? 8 : 4;
    var shared = new MatmulTile(true, 16, 16, per, per, 16);
    return fits(shared, type) ? shared : new MatmulTile(false, 64, 1, 4, 4, 1);
  }

  /** Whether a device like this can multiply so. */
  public boolean fits(MatmulTile tile, DType type) {
    return tile.sharedBytes(type.bytes()) <= localMemory && tile.group() <= mapGroup;
  }

  /** A tile whose rows are vectors of a CPU; caches do the rest. */
  private static MatmulTile registers(DType type, long rows, long columns) {
    int vector = 64 / type.bytes();
    if (columns < vector) return new MatmulTile(false, 16, 1, 1, 1, 1);
    return new MatmulTile(false, 4, 1, rows >= 8 ? 8 : 1, vector, 1);
  }
}
