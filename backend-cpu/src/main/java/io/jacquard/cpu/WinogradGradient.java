package io.jacquard.cpu;

/**
 * The gradient of a 3x3 convolution's weight by the transforms of {@link Winograd}: each point of it is the product of the
 * points of the image and those of the result's gradient, summed up over all tiles, and the points become nine taps at the
 * end. With the forward transforms as matrices B, G and A it is G^T ((B^T d B) * (A g A^T)) G, the transpose of the
 * forward computation, at a quarter of the multiply-adds of plain sums.
 *
 * <p>Tiles are taken in blocks, one after the other: all threads transform the tiles of a block, then each multiplies some
 * points. So every sum runs over the tiles in their order, on any number of threads.
 */
final class WinogradGradient {
  private static final int FLOAT = Float.BYTES;
  private static final int TILE = WinogradPlan.TILE;
  private static final int PATCH = WinogradPlan.PATCH;
  private static final int POINTS = WinogradPlan.POINTS;
  private static final int TAPS = 3;
  /** Tiles that a thread transforms at a time. */
  private static final int TILES = 16;
  /** Floats between the points' matrices: at a power of two they would all share the same sets of a cache. */
  private static final int GAP = 16;

  private final Workers workers;
  private final Products products;
  private final KernelCompiler compiler;
  /** The first tile of the block at hand. */
  private int first;

  WinogradGradient(Workers workers, Products products, KernelCompiler compiler) {
    this.workers = workers;
    this.products = products;
    this.compiler = compiler;
  }

  /** Bytes that {@link #run} works in. */
  static long workBytes(WinogradPlan plan) {
    return POINTS * FLOAT * (imagePoint(plan) + gradientPoint(plan) + sumPoint(plan));
  }

  private static long imagePoint(WinogradPlan plan) {
    return (long) plan.gradientBlock() * plan.channels() + GAP;
  }

  private static long gradientPoint(WinogradPlan plan) {
    return (long) plan.gradientBlock() * plan.outputs() + GAP;
  }

  private static long sumPoint(WinogradPlan plan) {
    return (long) plan.channels() * plan.outputs() + GAP;
  }

  /**
   * Computes the gradient.
   *
   * @param g the gradient of the convolution's result
   * @param work memory of {@link #workBytes}
   * @param to [3, 3, C, O], contiguous
   */
  void run(WinogradPlan plan, long x, long g, long work, long to) {
    boolean vectors = Winograd.vectors(compiler);
    var multiply = new BlockProducts(workers, products.prepare(plan.channels()));
    long image = work;
    long gradient = image + POINTS * FLOAT * imagePoint(plan);
    long sums = gradient + POINTS * FLOAT * gradientPoint(plan);
    var a = new Matrix(image, 1, plan.channels(), Winograd.pointOffsets(imagePoint(plan)));
    var b = new Matrix(gradient, plan.outputs(), 1, Winograd.pointOffsets(gradientPoint(plan)));
    var c = new Matrix(sums, plan.outputs(), 1, Winograd.pointOffsets(sumPoint(plan)));
    int block = plan.gradientBlock();
    Workers.Job transform = part -> {
      int start = part * TILES;
      int count = Math.min(TILES, Math.min(block, plan.tiles() - first) - start);
      points(plan, vectors, first + start, count, x, g, image + start * plan.channelBytes(),
          gradient + start * plan.outputBytes());
    };
    for (first = 0; first < plan.tiles(); first += block) {
      int count = Math.min(block, plan.tiles() - first);
      workers.run(Math.ceilDiv(count, TILES), transform);
      multiply.run(POINTS, plan.channels(), plan.outputs(), count, a, b, first > 0, c);
    }
    workers.run(plan.channels(), channel -> taps(plan, vectors, channel, sums, to));
  }

  /** The points of some tiles, of the image and of the gradient. */
  private static void points(WinogradPlan plan, boolean vectors, int first, int count, long x, long g,
      long image, long gradient) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long widest = POINTS * Math.max(plan.channelBytes(), plan.outputBytes());
    long patch = scratch.take(widest);
    long half = scratch.take(widest);
    for (int i = 0; i < count; i++) {
      Winograd.points(plan, vectors, first + i, x, patch, half, image + i * plan.channelBytes(),
          imagePoint(plan) * FLOAT);
      gradientPoints(plan, vectors, first + i, g, patch, half, gradient + i * plan.outputBytes());
    }
    scratch.release(mark);
  }

  private static void gradientPoints(WinogradPlan plan, boolean vectors, int tile, long g, long patch,
      long half, long to) {
    long pixel = plan.outputBytes();
    long line = plan.outWidth() * pixel;
    int across = plan.tilesAcross();
    int row = tile / across % plan.tilesDown() * TILE;
    int column = tile % across * TILE;
    long image = g + (long) (tile / (across * plan.tilesDown())) * plan.outHeight() * line;
    long from = image + row * line + column * pixel;
    if (row + TILE > plan.outHeight() || column + TILE > plan.outWidth()) {
      Winograd.fillPatch(TILE, pixel, image, plan.outHeight(), plan.outWidth(), row, column, patch);
      from = patch;
      line = TILE * pixel;
    }
    long next = gradientPoint(plan) * FLOAT;
    WinogradRows.loops(vectors).gradients(vectors, TILE, pixel, from, line, pixel, half, TILE * pixel, pixel);
    WinogradRows.loops(vectors).gradients(vectors, PATCH, pixel, half, pixel, TILE * pixel, to, next,
        PATCH * next);
  }

  /** The taps of a channel, a row of outputs each. */
  private static void taps(WinogradPlan plan, boolean vectors, int channel, long sums, long to) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long row = plan.outputBytes();
    long point = sumPoint(plan) * FLOAT;
    long tap = plan.channels() * row;
    long half = scratch.take(TAPS * PATCH * row);
    WinogradRows.loops(vectors).taps(vectors, PATCH, row, sums + channel * row, PATCH * point, point, half,
        PATCH * row,
        row);
    WinogradRows.loops(vectors).taps(vectors, TAPS, row, half, row, PATCH * row, to + channel * row, tap,
        TAPS * tap);
    scratch.release(mark);
  }
}
