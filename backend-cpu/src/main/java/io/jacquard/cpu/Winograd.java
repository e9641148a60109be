package io.jacquard.cpu;

/**
 * Convolutions of 3x3 windows with stride 1 by Winograd's minimal filtering F(4x4, 3x3): patches of 6x6 and weights become
 * points of 36, whose products, one of matrices for each point, become tiles of 4x4 results. That takes a quarter of the
 * multiply-adds (Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, 2016, algorithm 1). Results differ from
 * those of plain sums by rounding: about ten times as much as theirs from the exact ones.
 *
 * <p>Each block of tiles is transformed, multiplied and transformed back while it is in the second cache.
 */
final class Winograd {
  private static final int FLOAT = Float.BYTES;
  private static final int TILE = WinogradPlan.TILE;
  private static final int PATCH = WinogradPlan.PATCH;
  private static final int POINTS = WinogradPlan.POINTS;

  private final Workers workers;
  private final Products products;
  private final KernelCompiler compiler;

  Winograd(Workers workers, Products products, KernelCompiler compiler) {
    this.workers = workers;
    this.products = products;
    this.compiler = compiler;
  }

  /** Whether the transforms are compiled; if not, plain loops give the same bits. */
  static boolean vectors(KernelCompiler compiler) {
    compiler.need(KernelCompiler.Loops.WINOGRAD);
    return switch (compiler.mode) {
      case WHEN_READY -> WinogradRows.isCompiled();
      case AT_ONCE -> true;
      case NEVER -> false;
    };
  }

  /**
   * Transforms weights [3, 3, C, O], contiguous, to {@code to}: [36, C, O].
   */
  void weights(WinogradPlan plan, long from, long to) {
    boolean vectors = vectors(compiler);
    long row = plan.outputBytes();
    long tap = plan.channels() * row;
    workers.run(plan.channels(), channel -> {
      var scratch = Scratch.mine();
      long mark = scratch.mark();
      long half = scratch.take(3 * PATCH * row); // [6, 3]: down the columns
      long own = channel * row;
      WinogradRows.loops(vectors).weights(vectors, 3, row, from + own, 3 * tap, tap, half, 3 * row, row);
      WinogradRows.loops(vectors).weights(vectors, PATCH, row, half, row, 3 * row, to + own, tap,
          PATCH * tap);
      scratch.release(mark);
    });
  }

  /**
   * Computes the convolution.
   *
   * @param u the transformed weights
   * @param bias a row for the outputs; zeros for none
   */
  void run(WinogradPlan plan, long x, long u, long bias, long y) {
    boolean vectors = vectors(compiler);
    boolean compiled = products.prepare(plan.block());
    if (plan.tiles() % plan.block() > 0) products.prepare(plan.tiles() % plan.block());
    var multiply = new BlockProducts(workers, compiled);
    long[] images = pointOffsets(plan.block() * plan.channels());
    long[] weights = pointOffsets(plan.channels() * plan.outputs());
    long[] results = pointOffsets(plan.block() * plan.outputs());
    workers.run(plan.blocks(), block -> {
      int first = block * plan.block();
      int count = Math.min(plan.block(), plan.tiles() - first);
      var scratch = Scratch.mine();
      long mark = scratch.mark();
      long image = scratch.take(POINTS * plan.block() * plan.channelBytes());
      long result = scratch.take(POINTS * plan.block() * plan.outputBytes());
      long widest = POINTS * Math.max(plan.channelBytes(), plan.outputBytes());
      long patch = scratch.take(widest);
      long half = scratch.take(widest);
      long zeros = scratch.take(plan.outputBytes());
      Memory.fill(zeros, plan.outputBytes(), (byte) 0);
      for (int i = 0; i < count; i++)
        points(plan, vectors, first + i, x, patch, half, image + i * plan.channelBytes(),
            plan.block() * plan.channelBytes());
      multiply.run(POINTS, count, plan.outputs(), plan.channels(),
          new Matrix(image, plan.channels(), 1, images),
          new Matrix(u, plan.outputs(), 1, weights), false, new Matrix(result, plan.outputs(), 1, results));
      for (int i = 0; i < count; i++)
        tile(plan, vectors, first + i, result + i * plan.outputBytes(), half, zeros, bias, y, patch);
      scratch.release(mark);
    });
  }

  /** Where the matrices of the points begin, so many elements apart. */
  static long[] pointOffsets(long elements) {
    var offsets = new long[POINTS];
    for (int p = 0; p < POINTS; p++) offsets[p] = p * elements;
    return offsets;
  }

  /**
   * The points of a tile's patch, a row of channels each.
   *
   * @param next bytes from a point to the next
   */
  static void points(WinogradPlan plan, boolean vectors, int tile, long x, long patch, long half, long to,
      long next) {
    long pixel = plan.channelBytes();
    long line = plan.width() * pixel;
    int across = plan.tilesAcross();
    int row = tile / across % plan.tilesDown() * TILE - plan.top();
    int column = tile % across * TILE - plan.left();
    long image = x + (long) (tile / (across * plan.tilesDown())) * plan.height() * line;
    boolean inside = row >= 0 && column >= 0 && row + PATCH <= plan.height()
        && column + PATCH <= plan.width();
    long from = image + row * line + column * pixel;
    if (!inside) {
      from = patch;
      fillPatch(PATCH, pixel, image, plan.height(), plan.width(), row, column, patch);
      line = PATCH * pixel;
    }
    WinogradRows.loops(vectors).image(vectors, PATCH, pixel, from, line, pixel, half, PATCH * pixel, pixel);
    WinogradRows.loops(vectors).image(vectors, PATCH, pixel, half, pixel, PATCH * pixel, to, next,
        PATCH * next);
  }

  /** Copies what lies in the image of a patch so many places wide, and fills what lies beyond with zeros. */
  static void fillPatch(int size, long pixel, long image, int height, int width, int row, int column,
      long patch) {
    Memory.fill(patch, size * size * pixel, (byte) 0);
    int left = Math.max(0, -column);
    int right = Math.min(size, width - column);
    if (left >= right) return;
    for (int i = Math.max(0, -row); i < Math.min(size, height - row); i++) {
      Memory.copy(image + ((long) (row + i) * width + column + left) * pixel,
          patch + (i * size + left) * pixel, (right - left) * pixel);
    }
  }

  /** The results of a tile, where they belong; those beyond the edge are left out. */
  private static void tile(WinogradPlan plan, boolean vectors, int tile, long from, long half, long zeros,
      long bias,
      long y, long whole) {
    long pixel = plan.outputBytes();
    int across = plan.tilesAcross();
    int row = tile / across % plan.tilesDown() * TILE;
    int column = tile % across * TILE;
    int rows = Math.min(TILE, plan.outHeight() - row);
    int columns = Math.min(TILE, plan.outWidth() - column);
    long line = plan.outWidth() * pixel;
    long to = y + ((long) (tile / (across * plan.tilesDown())) * plan.outHeight() + row) * line
        + column * pixel;
    long next = plan.block() * pixel;
    WinogradRows.loops(vectors).results(vectors, PATCH, pixel, from, PATCH * next, next, zeros, half,
        PATCH * pixel, pixel);
    if (columns == TILE) {
      WinogradRows.loops(vectors).results(vectors, rows, pixel, half, pixel, PATCH * pixel, bias, to, pixel,
          line);
      return;
    }
    WinogradRows.loops(vectors).results(vectors, rows, pixel, half, pixel, PATCH * pixel, bias, whole, pixel,
        TILE * pixel);
    for (int i = 0; i < rows; i++)
      Memory.copy(whole + i * TILE * pixel, to + i * line, columns * pixel);
  }
}
