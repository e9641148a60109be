package io.jacquard.cpu;

/**
 * How a float32 product of a given shape is cut up. It follows from the shape and the strides alone, so that the same
 * product gives the same bits on any number of threads; only how much a thread takes at a time, which has no influence on
 * bits, depends on their number. Mutable, since a thread reuses its own.
 */
final class MatmulPlan {
  private static final int FLOAT = Float.BYTES;

  /** Columns in a slab; bounds the packed panels to 12 MB. */
  private static final int MOST_COLUMNS = 3072;

  /** Rows in a block of A: with a full slab's depth it takes a quarter of a 1 MB cache. */
  private static final int BLOCK_ROWS = 64 / MicroKernels.ROWS * MicroKernels.ROWS;

  /** Floats in a cache line. */
  private static final int PADDING = 16;

  private static final long PAGE = 4096;

  /** Up to so many rows, and so many elements, B is read where it lies. */
  private static final int FEW_ROWS = 640;
  private static final long FEW_ELEMENTS = 640 * 640;

  /**
   * A panel whose rows are so many bytes apart, or a multiple of that, has but a part of a cache's sets to itself: from so many
   * bytes on it falls out of a 1 MB cache before it is read again.
   */
  private static final long FAR = 1024;
  private static final long LONG_PANEL = 128 << 10;

  /** Elements of A, three quarters of a 1 MB cache, from which on it comes from beyond; by columns, it would come twice. */
  private static final long MUCH = 192 << 10;

  /** What the largest block of A needs when it is packed. */
  static final long BLOCK_BYTES = (long) FLOAT * (BLOCK_ROWS + 2 * PADDING)
      * (Slabs.MOST_DEPTH + Slabs.MOST_DEPTH / 2 + 2 * PADDING);

  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 4e5;

  /** Parts for each thread: enough to even out what disturbs one of them. Each reads its panels of B anew. */
  private static final int PARTS_PER_THREAD = 4;

  /** Sums so short that storing C is what takes time; parts of few rows then store to few places at a time. */
  private static final int SHORT_SUM = 128;
  private static final int PARTS_OF_SHORT_SUMS = 16;

  /** Multiply-adds from which on the matrices of a batch are computed one after another, each by all threads. */
  private static final double BIG_MATRIX = 1.6e7;

  int rows;
  int columns;
  int depth;

  /** Rows and floats across a full tile. */
  int tileRows;
  int tileColumns;

  int blockRows;
  int slabColumns;
  int slabDepth;
  boolean packA;
  boolean packB;

  /** A part is this many rows and this many panels of a slab. */
  int partRows;
  int partPanels;

  /** Cuts up an m by n product whose sums have k terms. Strides are in bytes. */
  void cut(int m, int n, int k, long aRow, long aStep, long bStep, long bColumn) {
    rows = m;
    columns = n;
    depth = k;
    tileRows = Math.min(m, MicroKernels.ROWS);
    tileColumns = MicroKernels.vectors(tileRows) * Simd.LANES;
    blockRows = BLOCK_ROWS;
    slabColumns = Math.max(tileColumns, MOST_COLUMNS / tileColumns * tileColumns);
    slabDepth = Slabs.depth(k);
    choosePacking(aRow, aStep, bStep, bColumn);
  }

  private void choosePacking(long aRow, long aStep, long bStep, long bColumn) {
    // Packing B costs a pass over it. Small panels stay in cache anyway; a single row of tiles reads them
    // once.
    boolean large = rows > tileRows && (long) columns * depth > FEW_ELEMENTS || rows > FEW_ROWS;
    boolean crowded = rows > blockRows && bStep % FAR == 0
        && (long) Math.min(depth, slabDepth) * tileColumns * FLOAT >= LONG_PANEL;
    packB = bColumn != FLOAT || large || crowded;
    // The kernels read A anyhow. A copy pays where its lines lie a page or more apart, and are read often.
    if (aStep == FLOAT) {
      packA = aRow % PAGE == 0 && columns > 8 * tileColumns;
    } else if (aRow == FLOAT) {
      packA = Math.abs(aStep) >= PAGE && columns > 4 * tileColumns
          || (long) rows * Math.min(depth, slabDepth) >= MUCH && columns > 2 * tileColumns;
    } else {
      packA = columns > 2 * tileColumns;
    }
  }

  /** Bytes for a line of a packed block of A; padded, so that successive lines do not share one cache set. */
  static long paddedLine(int floats) {
    return (long) roundUp(floats, PADDING) * FLOAT + PADDING * FLOAT;
  }

  /** How many matrices of a batch make a part; 0 if each is big enough to be cut up itself. */
  int batchesPerPart() {
    // A matrix with a few rows takes as long to read B as one with a whole row of tiles.
    double work = (double) Math.max(rows, MicroKernels.ROWS) * columns * depth;
    return work >= BIG_MATRIX ? 0 : (int) Math.max(1, PART_WORK / Math.max(work, 1));
  }

  /** Cuts slabs into parts for so many threads. What a part computes has the same bits in any other. */
  void share(int threads) {
    int slab = Math.min(columns, slabColumns);
    int panels = Panels.count(slab, tileColumns);
    double work = (double) rows * slab * Math.min(depth, slabDepth);
    int most = depth <= SHORT_SUM ? PARTS_OF_SHORT_SUMS : PARTS_PER_THREAD * threads;
    int wanted = (int) Math.clamp(work / PART_WORK, 1, most);
    partRows = Math.min(blockRows, roundUp(rows, tileRows));
    partPanels = panels;
    // Halve the rows while two tiles remain, then the columns: a part streams all its panels for each row of
    // tiles.
    while (parts(rows, partRows) < wanted && partRows >= 4 * tileRows) {
      partRows = roundUp(partRows / 2, tileRows);
    }
    while (parts(rows, partRows) * parts(panels, partPanels) < wanted && partPanels > 1) {
      partPanels = (partPanels + 1) / 2;
    }
    while (parts(rows, partRows) * parts(panels, partPanels) < wanted && partRows > tileRows) {
      partRows = roundUp(partRows / 2, tileRows);
    }
    // Many rows of little work each: several blocks to a part.
    double partWork = work / rows * partRows;
    if (partPanels == panels && partWork < PART_WORK) {
      partRows *= (int) Math.min(PART_WORK / partWork, parts(rows, partRows));
    }
  }

  private static int parts(int whole, int part) {
    return (whole + part - 1) / part;
  }

  private static int roundUp(int value, int multiple) {
    return parts(value, multiple) * multiple;
  }
}
