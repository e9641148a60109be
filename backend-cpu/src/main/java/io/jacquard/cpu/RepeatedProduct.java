package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.spi.View;

/**
 * Products {@code C = A B}, or {@code C = C + A B}, of many A with one B, as the steps of a recurrence take. For float32, B is
 * laid out once as the kernels read it; in its own place, rows of B are often whole pages apart, and then all of a tile's
 * columns fight for a few lines of the nearest cache.
 *
 * <pre>{@code
 * try (var product = RepeatedProduct.of(products, workers, weight, 64)) {   // weight is k by n
 *   for (int t = 0; t < 64; t++) product.run(32, h + t * step, k, true, gates + t * next, n);
 * }
 * }</pre>
 *
 * <p>Each element has the bits that {@link Products} gives, whatever rows are computed together. So several threads may
 * compute rows of their own at the same time.
 */
final class RepeatedProduct implements AutoCloseable {
  private static final int FLOAT = Float.BYTES;
  /** Products from which on laying out B pays. */
  private static final int FEW = 3;

  private final Products products;
  private final DType type;
  private final int depth;
  private final int columns;
  private final Matrix b;
  private final int slabDepth;
  /** Columns of a panel; 0 where there are none, as without vectors. */
  private final int tileColumns;
  /** Where the panels of B lie: for each slab of steps its panels, in which a step's columns are whole vectors; 0 for none. */
  private final long panels;

  private RepeatedProduct(Products products, Workers workers, View b, boolean packs) {
    this.products = products;
    type = b.dtype();
    depth = Math.toIntExact(b.shape().size(0));
    columns = Math.toIntExact(b.shape().size(1));
    this.b = Matrix.of(Views.address(b, "matmul B"), b.layout().stride(0), b.layout().stride(1));
    slabDepth = Slabs.depth(depth);
    tileColumns = packs ? MicroKernels.vectors(MicroKernels.ROWS) * Simd.LANES : 0;
    panels = packs ? Memory.allocate((long) depth * paddedColumns() * FLOAT) : 0;
    if (packs) workers.run(Panels.count(columns, tileColumns), this::pack);
  }

  /**
   * Products with {@code b}, a matrix of k by n.
   *
   * @param times how many there will be
   */
  static RepeatedProduct of(Products products, Workers workers, View b, int times) {
    boolean packs = b.dtype() == DType.FLOAT32 && b.numel() > 0 && times >= FEW
        && products.prepare(FloatProducts.WHOLE_TILES);
    return new RepeatedProduct(products, workers, b, packs);
  }

  private long paddedColumns() {
    return Math.ceilDiv(columns, Simd.LANES) * Simd.LANES;
  }

  private void pack(int panel) {
    int column = Panels.column(panel, columns, tileColumns);
    int width = Panels.column(panel + 1, columns, tileColumns) - column;
    for (int k = 0; k < depth; k += slabDepth) {
      long from = b.address() + (k * b.rowStride() + column * b.columnStride()) * FLOAT;
      Packing.panel(from, b.rowStride() * FLOAT, b.columnStride() * FLOAT, Math.min(slabDepth, depth - k),
          width, panel(k, column), vectors(width) * Simd.LANES);
    }
  }

  private long panel(int step, int column) {
    return panels + (step * paddedColumns() + (long) column * Math.min(slabDepth, depth - step)) * FLOAT;
  }

  private static int vectors(int width) {
    return Math.ceilDiv(width, Simd.LANES);
  }

  /**
   * Computes a product, on this thread alone if it works on a part of a job.
   *
   * @param a whose rows are contiguous, {@code aRow} elements apart
   * @param adds whether what C holds counts
   * @param c whose rows are contiguous, {@code cRow} elements apart
   */
  void run(int rows, long a, long aRow, boolean adds, long c, long cRow) {
    if (panels == 0) {
      products.multiply(type, 1, rows, columns, depth, 1, Matrix.of(a, aRow, 1), b, adds ? 1 : 0,
          Matrix.of(c, cRow, 1), Epilogue.NONE);
      return;
    }
    Matrix.of(a, aRow, 1).check(1, rows, depth, FLOAT, "matmul A");
    Matrix.of(c, cRow, 1).check(1, rows, columns, FLOAT, "matmul C");
    for (int k = 0; k < depth; k += slabDepth) {
      for (int p = 0; p < Panels.count(columns, tileColumns); p++) {
        int column = Panels.column(p, columns, tileColumns);
        multiply(rows, a + (long) k * FLOAT, aRow * FLOAT, k, column,
            Panels.column(p + 1, columns, tileColumns) - column, adds || k > 0, c + (long) column * FLOAT,
            cRow * FLOAT);
      }
    }
  }

  /** One panel with a slab of steps; strides are in bytes. */
  private void multiply(int rows, long a, long aRow, int k, int column, int width, boolean adds, long c,
      long cRow) {
    int steps = Math.min(slabDepth, depth - k);
    int vectors = vectors(width);
    long tileRow = (long) vectors * Simd.BYTES;
    long panel = panel(k, column);
    boolean inPlace = !adds && width % Simd.LANES == 0;
    long tile = MatmulScratch.ofThread().tile;
    for (int r = 0; r < rows; r += MicroKernels.ROWS) {
      int height = Math.min(MicroKernels.ROWS, rows - r);
      var kernel = MicroKernels.get(MicroKernel.Mode.STORE, height, vectors);
      long to = c + r * cRow;
      kernel.run(steps, a + r * aRow, aRow, FLOAT, panel, tileRow, inPlace ? to : tile,
          inPlace ? cRow : tileRow, 0, 1f);
      if (adds) {
        TileSums.add(1f, tile, tileRow, height, width, to, cRow, FLOAT);
      } else if (!inPlace) {
        Tiles.store(tile, tileRow, height, width, to, cRow, FLOAT);
      }
    }
  }

  @Override
  public void close() {
    if (panels != 0) Memory.free(panels);
  }
}
