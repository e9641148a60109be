package io.jacquard.cpu;

import io.jacquard.Shape;
import io.jacquard.ops.Window;
import org.jspecify.annotations.Nullable;

/**
 * A 3x3 convolution with stride 1 that {@link Winograd} computes: [N, H, W, C] to [N, h, w, O], both contiguous. Results are
 * made in tiles of 4x4; the work is cut into blocks of tiles, which follow from the shapes alone.
 *
 * @param top rows of zeros that windows see above the image; {@code left} columns
 */
record WinogradPlan(int images, int height, int width, int channels, int outHeight, int outWidth, int outputs,
    int top, int left) {
  /** Results of a tile along each dimension, and what they see of the image. */
  static final int TILE = 4;
  static final int PATCH = 6;
  static final int POINTS = PATCH * PATCH;
  /** {@code -Djacquard.winograd=false} has all convolutions computed by plain sums. */
  private static final boolean ALLOWED = !"false".equals(System.getProperty("jacquard.winograd"));
  private static final int FLOAT = Float.BYTES;
  /** Channels fill vectors of every width. */
  private static final int WIDEST_VECTOR = 16;
  /** Below that the transforms cost more than the products save. */
  private static final int FEWEST_CHANNELS = 32;
  private static final int MOST_CHANNELS = 1024;
  /** What a block's points of image and result may take: they stay in the second cache. */
  private static final int BLOCK_BYTES = 768 << 10;
  private static final int LEAST_BLOCK = 8;
  private static final int MOST_BLOCK = 96;
  /** Blocks that there should be, one image of few tiles included. */
  private static final int FEWEST_BLOCKS = 2;
  /** Tiles that are summed up together for a gradient of weights: their points come from the third cache. */
  private static final int GRADIENT_BLOCK = 256;
  /** Below that the sums' points, each a ninth of the weight's size, cost more than the products save. */
  private static final int FEWEST_GRADIENT_TILES = 32;
  private static final long MOST_GRADIENT_WEIGHTS = 512 * 512;
  /** The share of the tiles' results that must be wanted. */
  private static final double WANTED = 0.5;

  /**
   * The plan of a convolution, or of the gradient of its input, in which case {@code source} is the gradient of its result;
   * null if {@link Winograd} cannot do it, or not faster.
   */
  static @Nullable WinogradPlan of(Window window, int groups, Shape source, Shape target, boolean forward) {
    if (!ALLOWED || groups != 1 || window.rank() != 2) return null;
    for (var axis : window.axes()) {
      if (axis.kernel() != 3 || axis.stride() != 1 || axis.dilation() != 1) return null;
    }
    if (source.numel() / source.size(0) > Integer.MAX_VALUE) return null;
    int top = window.axes().get(0).before();
    int left = window.axes().get(1).before();
    var plan = new WinogradPlan((int) source.size(0), (int) source.size(1), (int) source.size(2),
        (int) source.size(3), (int) target.size(1), (int) target.size(2), (int) target.size(3),
        forward ? top : 2 - top, forward ? left : 2 - left);
    return plan.pays() ? plan : null;
  }

  int tilesAcross() {
    return Math.ceilDiv(outWidth, TILE);
  }

  int tilesDown() {
    return Math.ceilDiv(outHeight, TILE);
  }

  int tiles() {
    return images * tilesDown() * tilesAcross();
  }

  /** Tiles that are computed together: whole rows of the products' tiles, and few enough for several threads. */
  int block() {
    int share = Math.max(1, tiles() / FEWEST_BLOCKS / LEAST_BLOCK) * LEAST_BLOCK;
    long fitting = BLOCK_BYTES / ((long) POINTS * FLOAT * (channels + outputs));
    return Math.min(share, Math.clamp(fitting, LEAST_BLOCK, MOST_BLOCK));
  }

  int blocks() {
    return Math.ceilDiv(tiles(), block());
  }

  /** Whether the transforms pay. */
  boolean pays() {
    return channels >= FEWEST_CHANNELS && outputs >= FEWEST_CHANNELS && channels <= MOST_CHANNELS
        && outputs <= MOST_CHANNELS && channels % WIDEST_VECTOR == 0 && outputs % WIDEST_VECTOR == 0
        && outHeight * (double) outWidth >= WANTED * tilesDown() * tilesAcross() * TILE * TILE;
  }

  /** Whether the transforms pay for the gradient of the weight. */
  boolean gradientPays() {
    return tiles() >= FEWEST_GRADIENT_TILES && (long) channels * outputs <= MOST_GRADIENT_WEIGHTS;
  }

  /** Tiles whose products are summed up together in the gradient of the weight: blocks of about equal size. */
  int gradientBlock() {
    return Math.ceilDiv(tiles(), Math.ceilDiv(tiles(), GRADIENT_BLOCK));
  }

  long channelBytes() {
    return (long) channels * FLOAT;
  }

  long outputBytes() {
    return (long) outputs * FLOAT;
  }

  /** Bytes of the transformed weights. */
  long weightBytes() {
    return POINTS * channels * outputBytes();
  }
}
