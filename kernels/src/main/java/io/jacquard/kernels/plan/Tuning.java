package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.kernels.ConvolutionKernel;
import io.jacquard.kernels.MatmulKernel;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.MatrixInstruction;
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
 * @param matrix the instruction that products of float16 use; null for none
 */
public record Tuning(int mapGroup, int foldGroup, long localMemory, boolean wide, @Nullable MatmulTile tile,
    boolean keepsBinaries, Tiles tiles, @Nullable MatrixInstruction matrix) {
  /** By rules alone. */
  public Tuning(int mapGroup, int foldGroup, long localMemory, boolean wide, @Nullable MatmulTile tile,
      boolean keepsBinaries) {
    this(mapGroup, foldGroup, localMemory, wide, tile, keepsBinaries, Tiles.NONE, null);
  }

  /** Whether an item drives a whole SIMD unit, as on CPUs, rather than a lane of one. */
  public boolean vectors() {
    return localMemory == 0;
  }

  /** With other tiles. */
  public Tuning with(Tiles tiles) {
    return new Tuning(mapGroup, foldGroup, localMemory, wide, tile, keepsBinaries, tiles, matrix);
  }

  /** With all matrices multiplied alike. */
  public Tuning with(MatmulTile all) {
    return new Tuning(mapGroup, foldGroup, localMemory, wide, all, keepsBinaries, tiles, matrix);
  }

  /** With products of float16 by an instruction. */
  public Tuning with(@Nullable MatrixInstruction instruction) {
    return new Tuning(mapGroup, foldGroup, localMemory, wide, tile, keepsBinaries, tiles, instruction);
  }

  /** How matrices of these sizes are multiplied. */
  public MatmulTile tile(DType type, long batch, long rows, long columns, long depth) {
    if (tile != null) return tile;
    var size = ProductSize.of(batch, rows, columns, depth);
    if (localMemory == 0) return registers(type, rows, columns);
    var found = type == DType.FLOAT32 ? tiles.get(size) : null;
    if (found != null && fits(found, type)) return found;
    if (ProductSize.isFew(batch, rows, columns, depth)) return new MatmulTile(false, 64, 1, 1, 1, 1);
    int per = size == ProductSize.LARGE && type == DType.FLOAT32 ? 8 : 4;
    var shared = new MatmulTile(true, 16, 16, per, per, 16);
    return fits(shared, type) ? shared : new MatmulTile(false, 64, 1, 4, 4, 1);
  }

  /** How matrices of these sizes are multiplied where vectors of a CPU make up the tile; columns are one vector or more. */
  public MatmulTile vectorTile(DType type, long batch, long rows, long columns, long depth) {
    int lanes = MatmulKernel.lanes(type);
    var found = vectors(type, ProductSize.of(batch, rows, columns, depth), columns);
    if (found != null && found.rows() <= rows) return found;
    int vectors = columns >= 2L * lanes ? 2 : 1;
    return new MatmulTile(false, columns >= 4L * lanes ? 2 : 1, 1, rows >= 8 ? 8 : rows >= 4 ? 4 : 1,
        vectors * lanes, 1);
  }

  /** How a convolution, or the gradient of its weight, is computed by vectors of a CPU. */
  public MatmulTile convolutionVectors(DType type, ProductSize which, long columns) {
    int lanes = MatmulKernel.lanes(type);
    var found = vectors(type, which, columns);
    if (found != null) return found;
    int vectors = columns > lanes ? 2 : 1;
    return new MatmulTile(false, columns > (long) lanes * vectors ? 2 : 1, 1, 8, vectors * lanes, 1);
  }

  /** A tile of vectors that was found, with no more of them than there are columns for; null if there is none. */
  private @Nullable MatmulTile vectors(DType type, @Nullable ProductSize size, long columns) {
    int lanes = MatmulKernel.lanes(type);
    var found = type == DType.FLOAT32 ? tiles.get(size) : null;
    if (found == null || found.shared() || found.columns() % lanes != 0) return null;
    long vectors = Math.ceilDiv(columns, (long) lanes);
    int taken = (int) Math.min(found.columns() / lanes, vectors);
    int together = vectors > taken ? found.across() : 1;
    return new MatmulTile(false, together, 1, found.rows(), taken * lanes, 1);
  }

  /** How a convolution, or the gradient of its weight, is computed through shared memory, half of which stays free. */
  public MatmulTile convolutionTile(DType type, ProductSize which) {
    if (tile != null && tile.shared()) return tile;
    var found = type == DType.FLOAT32 ? tiles.get(which) : null;
    if (found != null && found.shared() && fitsConvolution(found, type, 1)) return found;
    var usual = new MatmulTile(true, 16, 16, 4, 4, 16);
    return fitsConvolution(usual, type, 2) ? usual : new MatmulTile(true, 8, 8, 4, 4, 8);
  }

  /** Whether a device like this has room for so many work-groups at once that compute convolutions so. */
  public boolean fitsConvolution(MatmulTile tile, DType type, int groups) {
    return groups * ConvolutionKernel.sharedBytes(tile, type) <= localMemory && tile.group() <= mapGroup;
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
