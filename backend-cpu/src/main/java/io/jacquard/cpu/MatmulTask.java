package io.jacquard.cpu;

import org.jspecify.annotations.Nullable;

/**
 * One float32 product C = epilogue(alpha A B + beta C) being computed, after Goto and van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication" (2008).
 *
 * <p>C is computed in slabs of some thousand columns and some thousand steps of the sum. In a slab, B is a row of
 * panels as wide as a tile, packed if that pays, and the rows of C are worked through in blocks whose part of A stays
 * in the second cache. A thread has one task and reuses it; in a parallel job the other threads read the caller's.
 *
 * <p>Strides here are in bytes.
 */
final class MatmulTask {
  private static final int FLOAT = Float.BYTES;
  private static final ThreadLocal<MatmulTask> TASK = ThreadLocal.withInitial(MatmulTask::new);

  private final Workers.Job packPanel = this::packPanel;
  private final Workers.Job multiplyPart = this::multiplyPart;
  private final Workers.Job multiplyBatches = this::multiplyBatches;

  // The product: set by prepare, constant while a job runs.
  private final MatmulPlan plan = new MatmulPlan();
  @SuppressWarnings("NullAway.Init")
  private Matrix matrixA;
  @SuppressWarnings("NullAway.Init")
  private Matrix matrixB;
  @SuppressWarnings("NullAway.Init")
  private Matrix matrixC;
  private float alpha;
  private float beta;
  @SuppressWarnings("NullAway.Init")
  private Epilogue epilogue;
  private boolean turned;
  private boolean scattered;
  private long aRow;
  private long aStep;
  private long bStep;
  private long bColumn;
  private long cRow;
  private long cColumn;
  private int batches;
  private int batchesPerPart;

  // The slab at hand.
  private int batch;
  private long a;
  private long b;
  private long c;
  private long panels;
  private int firstColumn;
  private int columns;
  private int firstStep;
  private int depth;
  private int panelCount;
  private int columnParts;

  private MatmulTask() {}

  static MatmulTask ofThread() {
    return TASK.get();
  }

  /**
   * Sets the product up. If {@code turned}, what is computed is C^T = B^T A^T: m, n and everything below speak of
   * that, and a, b and c are still the operands as the caller of {@link Matmul} gave them. The bias then runs down
   * the rows, and blocks are reported to the epilogue with rows and columns exchanged.
   */
  void prepare(int batches, int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c,
      Epilogue epilogue, boolean turned) {
    this.batches = batches;
    this.alpha = alpha;
    this.beta = beta;
    this.epilogue = epilogue;
    this.turned = turned;
    matrixA = turned ? b : a;
    matrixB = turned ? a : b;
    matrixC = c;
    // A stride that is never taken counts as the friendly one.
    aRow = FLOAT * (turned ? b.columnStride() : a.rowStride());
    aStep = FLOAT * (turned ? b.rowStride() : a.columnStride());
    bStep = FLOAT * (turned ? a.columnStride() : b.rowStride());
    bColumn = n == 1 ? FLOAT : FLOAT * (turned ? a.rowStride() : b.columnStride());
    cRow = FLOAT * (turned ? c.columnStride() : c.rowStride());
    cColumn = n == 1 ? FLOAT : FLOAT * (turned ? c.rowStride() : c.columnStride());
    scattered = cColumn != FLOAT;
    plan.cut(m, n, k, aRow, aStep, bStep, bColumn);
  }

  /** Computes every matrix of the batch, several matrices a part if they are small. */
  void run(Workers workers) {
    plan.share(workers.threads());
    batchesPerPart = plan.batchesPerPart();
    if (batches > 1 && batchesPerPart > 0) {
      workers.run((batches + batchesPerPart - 1) / batchesPerPart, multiplyBatches);
      return;
    }
    for (int i = 0; i < batches; i++) {
      multiply(i, workers);
    }
  }

  private void multiplyBatches(int part) {
    var own = ofThread();
    if (own != this) {
      own.adopt(this);
    }
    int end = Math.min(batches, (part + 1) * batchesPerPart);
    for (int i = part * batchesPerPart; i < end; i++) {
      own.multiply(i, null);
    }
  }

  private void adopt(MatmulTask other) {
    var first = other.turned ? other.matrixB : other.matrixA;
    var second = other.turned ? other.matrixA : other.matrixB;
    prepare(other.batches, other.plan.rows, other.plan.columns, other.plan.depth, other.alpha, first, second,
        other.beta, other.matrixC, other.epilogue, other.turned);
  }

  /** Computes one matrix; on this thread alone if {@code workers} is null. */
  private void multiply(int index, @Nullable Workers workers) {
    batch = index;
    a = matrixA.at(index, FLOAT);
    b = matrixB.at(index, FLOAT);
    c = matrixC.at(index, FLOAT);
    if (plan.depth == 0) {
      Tiles.scale(beta, plan.rows, plan.columns, c, cRow, cColumn);
      finishBlock(0, 0, plan.rows, plan.columns);
    }
    for (firstColumn = 0; firstColumn < plan.columns; firstColumn += plan.slabColumns) {
      columns = Math.min(plan.slabColumns, plan.columns - firstColumn);
      panelCount = Panels.count(columns, plan.tileColumns);
      for (firstStep = 0; firstStep < plan.depth; firstStep += plan.slabDepth) {
        depth = Math.min(plan.slabDepth, plan.depth - firstStep);
        multiplySlab(workers);
      }
    }
  }

  private void multiplySlab(@Nullable Workers workers) {
    int unpacked = plan.packB ? 0 : columns % Simd.LANES == 0 ? panelCount : panelCount - 1;
    int packed = panelCount - unpacked;
    if (packed > 0) {
      panels = MatmulScratch.ofThread().panels((long) packed * plan.tileColumns * depth * FLOAT);
    }
    int parts = workers == null ? 1 : cutSlab();
    if (workers == null || parts == 1) {
      for (int p = 0; p < packed; p++) {
        packPanel(p);
      }
      multiplyTiles(0, plan.rows, 0, panelCount);
    } else {
      workers.run(packed, packPanel);
      workers.run(parts, multiplyPart);
    }
  }

  /** The number of the slab's parts. */
  private int cutSlab() {
    columnParts = (panelCount + plan.partPanels - 1) / plan.partPanels;
    return (plan.rows + plan.partRows - 1) / plan.partRows * columnParts;
  }

  /** Packs one of the packed panels; these are all of them, or the last one only. */
  private void packPanel(int index) {
    int panel = plan.packB ? index : panelCount - 1;
    int column = column(panel);
    int width = column(panel + 1) - column;
    long from = b + firstStep * bStep + (firstColumn + column) * bColumn;
    Packing.panel(from, bStep, bColumn, depth, width, packedPanel(panel), vectors(width) * Simd.LANES);
  }

  /** Where a panel of the slab begins; behind the last one, where the slab ends. */
  private int column(int panel) {
    return Panels.column(panel, columns, plan.tileColumns);
  }

  /** If not all panels are packed, it is the last one alone. */
  private long packedPanel(int panel) {
    return plan.packB ? panels + (long) column(panel) * depth * FLOAT : panels;
  }

  private static int vectors(int width) {
    return (width + Simd.LANES - 1) / Simd.LANES;
  }

  private void multiplyPart(int part) {
    int row = part / columnParts * plan.partRows;
    int panel = part % columnParts * plan.partPanels;
    multiplyTiles(row, Math.min(plan.rows, row + plan.partRows), panel,
        Math.min(panelCount, panel + plan.partPanels));
  }

  /** Computes rows {@code i0} to {@code i1} of panels {@code p0} to {@code p1} of the slab. */
  private void multiplyTiles(int i0, int i1, int p0, int p1) {
    var scratch = MatmulScratch.ofThread();
    int j0 = firstColumn + column(p0);
    int j1 = firstColumn + column(p1);
    boolean last = firstStep + depth == plan.depth;
    for (int i = i0; i < i1; i += plan.blockRows) {
      int rows = Math.min(plan.blockRows, i1 - i);
      if (firstStep == 0 && beta != 0f && beta != 1f) {
        Tiles.scale(beta, rows, j1 - j0, c + i * cRow + j0 * cColumn, cRow, cColumn);
      }
      multiplyBlock(scratch, i, rows, p0, p1);
      if (last) {
        finishBlock(i, j0, rows, j1 - j0);
      }
    }
  }

  private void multiplyBlock(MatmulScratch scratch, int i, int rows, int p0, int p1) {
    long from = a + i * aRow + firstStep * aStep;
    long row = aRow;
    long step = aStep;
    if (plan.packA) {
      long to = scratch.block;
      row = MatmulPlan.paddedLine(depth);
      step = FLOAT;
      Packing.block(from, aRow, aStep, rows, depth, to, row);
      from = to;
    }
    var mode = mode();
    for (int p = p0; p < p1; p++) {
      multiplyPanel(scratch, mode, p, i, rows, from, row, step);
    }
  }

  private void multiplyPanel(MatmulScratch scratch, MicroKernel.Mode mode, int p, int i, int rows, long from,
      long row, long step) {
    int column = column(p);
    int width = column(p + 1) - column;
    int vectors = vectors(width);
    boolean partial = width % Simd.LANES != 0;
    long panel = b + firstStep * bStep + (firstColumn + column) * bColumn;
    long panelStep = bStep;
    if (plan.packB || partial) {
      panel = packedPanel(p);
      panelStep = (long) vectors * Simd.BYTES;
    }
    long to = c + i * cRow + (firstColumn + column) * cColumn;
    long bias = epilogue.biasAddress() + (firstColumn + column) * (long) FLOAT;
    boolean adds = adds();
    if (partial && kernelsAddBias()) {
      mode = MicroKernel.Mode.STORE; // the bias row ends before the vector does
    }
    boolean inPlace = !partial && !scattered && !adds;
    long tileRow = (long) vectors * Simd.BYTES;
    for (int r = 0; r < rows; r += plan.tileRows, from += plan.tileRows * row, to += plan.tileRows * cRow) {
      int height = Math.min(plan.tileRows, rows - r);
      var kernel = MicroKernels.get(mode, height, vectors);
      if (inPlace) {
        kernel.run(depth, from, row, step, panel, panelStep, to, cRow, bias, alpha);
        continue;
      }
      kernel.run(depth, from, row, step, panel, panelStep, scratch.tile, tileRow, bias, alpha);
      if (adds) {
        TileSums.add(alpha, scratch.tile, tileRow, height, width, to, cRow, cColumn);
      } else {
        Tiles.store(scratch.tile, tileRow, height, width, to, cRow, cColumn);
      }
    }
  }

  /** Whether tiles are computed beside C and then added to it. */
  private boolean adds() {
    return firstStep > 0 || beta != 0f;
  }

  private MicroKernel.Mode mode() {
    if (adds()) {
      return MicroKernel.Mode.STORE;
    }
    if (alpha != 1f) {
      return MicroKernel.Mode.SCALE;
    }
    if (!kernelsAddBias()) {
      return MicroKernel.Mode.STORE;
    }
    return epilogue.relu() ? MicroKernel.Mode.BIAS_RELU : MicroKernel.Mode.BIAS;
  }

  /** Whether whole tiles get their bias in the kernel, rather than afterwards. */
  private boolean kernelsAddBias() {
    return epilogue.hasBias() && epilogue.biasStride() == 1 && !turned && !scattered && alpha == 1f
        && beta == 0f
        && plan.depth > 0 && plan.slabDepth == plan.depth;
  }

  /** Does what the kernels left undone to a block whose sums are complete. */
  private void finishBlock(int i, int j, int rows, int width) {
    if (epilogue.hasBias()) {
      int partial = firstColumn + columns == plan.columns ? columns - column(panelCount - 1) : 0;
      if (!kernelsAddBias()) {
        addBias(i, j, rows, width);
      } else if (j + width == plan.columns && columns % Simd.LANES != 0) {
        addBias(i, plan.columns - partial, rows, partial);
      }
    }
    if (epilogue.tile() != null) {
      if (turned) {
        epilogue.tile().apply(batch, j, i, width, rows);
      } else {
        epilogue.tile().apply(batch, i, j, rows, width);
      }
    }
  }

  private void addBias(int i, int j, int rows, int width) {
    long stride = epilogue.biasStride() * FLOAT;
    long biasRow = turned ? stride : 0;
    long biasColumn = turned ? 0 : stride;
    Tiles.bias(epilogue.relu(), rows, width, c + i * cRow + j * cColumn, cRow, cColumn,
        epilogue.biasAddress() + i * biasRow + j * biasColumn, biasRow, biasColumn);
  }
}
