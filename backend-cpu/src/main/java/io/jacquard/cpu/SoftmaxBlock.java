package io.jacquard.cpu;

/**
 * The softmax of the rows of some queries, over keys that come in block by block: for each row the largest score so far, and
 * the sum of the exponentials beside it.
 */
final class SoftmaxBlock {
  private final AttentionCall call;
  private final int batch;
  private final int query;
  private final int rows;
  private final Matrix y;
  private final Scratch scratch;
  private final long maxima;
  private final long sums;
  private final long lanes;
  private final long factors;
  /** The block at hand. */
  final long scores;

  /** Takes its memory from {@code scratch}; who made the mark before releases it. */
  SoftmaxBlock(AttentionCall call, int batch, int query, int rows, Matrix y, Scratch scratch) {
    this.call = call;
    this.batch = batch;
    this.query = query;
    this.rows = rows;
    this.y = y;
    this.scratch = scratch;
    scores = call.block(scratch);
    maxima = scratch.take(4L * rows);
    sums = scratch.take(4L * rows);
    lanes = scratch.take(Simd.BYTES);
    factors = scratch.take(4L * call.line);
    for (int r = 0; r < rows; r++) {
      Memory.setFloat(maxima + 4L * r, Float.NEGATIVE_INFINITY);
      Memory.setFloat(sums + 4L * r, 0);
    }
  }

  /**
   * Turns the scores of n keys from {@code key} on into weights that are still to be divided by the sum, and brings the rows
   * of y, which hold what came before, to the same scale.
   */
  void weigh(int key, int n) {
    for (int r = 0; r < rows; r++) {
      long row = scores + 4L * r * call.line;
      int visible = call.visible(query + r, key, n);
      boolean any = visible > 0 && weigh(r, row, key, visible);
      AttentionRows.clear(row, any ? AttentionRows.whole(visible) : 0, n);
    }
  }

  /** False if the row has looked at nothing yet. */
  private boolean weigh(int r, long row, int key, int n) {
    float scale = call.mask(row, batch, query + r, key, n);
    float before = Memory.getFloat(maxima + 4L * r);
    // Minus infinity is as good as no score.
    AttentionRows.pad(row, n, Float.NEGATIVE_INFINITY);
    int whole = AttentionRows.whole(n);
    float max = FloatMath.max(before, AttentionRows.max(row, whole, lanes) * scale);
    if (max == Float.NEGATIVE_INFINITY) return false;
    AttentionRows.exp(row, whole, scale, max, lanes);
    float sum = AttentionRows.sum(lanes);
    if (key > 0) {
      float factor = FloatMath.exp(before - max);
      sum = Math.fma(Memory.getFloat(sums + 4L * r), factor, sum);
      if (factor != 1) AttentionRows.scale(row(r), call.valueWidth, factor);
    }
    Memory.setFloat(maxima + 4L * r, max);
    Memory.setFloat(sums + 4L * r, sum);
    if (call.drops()) call.drop(row, batch, query + r, key, n, factors, scratch);
    return true;
  }

  private long row(int r) {
    return y.address() + 4 * r * y.rowStride();
  }

  /** Divides the rows of y by their sums, and notes the logarithms; both are 0 where a row looked at nothing. */
  void finish(long logSumExp) {
    for (int r = 0; r < rows; r++) {
      float sum = Memory.getFloat(sums + 4L * r);
      if (sum == 0) {
        Memory.setFloat(logSumExp + 4L * r, 0);
        continue;
      }
      AttentionRows.scale(row(r), call.valueWidth, 1 / sum);
      Memory.setFloat(logSumExp + 4L * r, Memory.getFloat(maxima + 4L * r) + FloatMath.log(sum));
    }
  }
}
