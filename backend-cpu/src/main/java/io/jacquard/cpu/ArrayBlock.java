package io.jacquard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A block of C, as {@link ArrayMatmul} computes it. Each element is a chain of fused multiply-adds in ascending order of k,
 * restarted where {@link Slabs} begin; the pieces are added in order.
 *
 * <p>Sums and rows of B are copied to arrays of their own: C2 makes vectors of loops that access the same place of several
 * arrays, and of no others. Two rows of C and four of B are taken together, so that eight multiply-adds need six loads and
 * two stores.
 */
final class ArrayBlock {
  /** Rows of C that share a copy of B's rows. */
  static final int ROWS = 64;
  /** Columns of C. With {@link #STEPS} rows of B, what is copied of B lies in the nearest cache. */
  static final int COLUMNS = 256;
  private static final int STEPS = 32;
  private static final int FLOAT = Float.BYTES;

  private static final ThreadLocal<ArrayBlock> MINE = ThreadLocal.withInitial(ArrayBlock::new);

  /** The last row is for a second one where there is none. */
  private final float[][] sums = new float[ROWS + 1][COLUMNS];
  private final float[][] panel = new float[STEPS][COLUMNS];
  private final float[] first = new float[STEPS];
  private final float[] second = new float[STEPS];

  // where the block lies
  private int batch;
  private int top;
  private int rows;
  private int left;
  private int columns;

  private ArrayBlock() {}

  /** The calling thread's. */
  static ArrayBlock mine() {
    return MINE.get();
  }

  void place(int batch, int top, int rows, int left, int columns) {
    this.batch = batch;
    this.top = top;
    this.rows = rows;
    this.left = left;
    this.columns = columns;
  }

  /** Computes the block, of sums of k terms. */
  void run(int k, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
    int depth = Slabs.depth(k);
    long row = c.rowStride() * FLOAT;
    long column = c.columnStride() * FLOAT;
    long to = c.at(batch, FLOAT) + top * row + left * column;
    boolean adds = beta != 0f;
    if (k == 0 || beta != 0f && beta != 1f) Tiles.scale(beta, rows, columns, to, row, column);
    for (int from = 0; from < k; from += depth) {
      int end = Math.min(k, from + depth);
      for (int i = 0; i < rows; i++) Arrays.fill(sums[i], 0, columns, 0f);
      for (int p = from; p < end; p += STEPS) multiply(a, b, p, Math.min(STEPS, end - p));
      for (int i = 0; i < rows; i++) put(sums[i], alpha, adds, to + i * row, column);
      adds = true;
    }
    if (epilogue.hasBias()) {
      long step = epilogue.biasStride() * FLOAT;
      Tiles.bias(epilogue.relu(), rows, columns, to, row, column, epilogue.biasAddress() + left * step, 0,
          step);
    }
  }

  /** Adds the products of some steps, from p on, to the sums. */
  private void multiply(Matrix a, Matrix b, int p, int steps) {
    copyPanel(b, p, steps);
    for (int i = 0; i < rows; i += 2) {
      copyRow(a, top + i, p, steps, first);
      boolean two = i + 1 < rows;
      if (two) copyRow(a, top + i + 1, p, steps, second);
      var sum = sums[i];
      var other = sums[two ? i + 1 : ROWS];
      int s = 0;
      for (; s + 3 < steps; s += 4)
        four(sum, other, panel[s], panel[s + 1], panel[s + 2], panel[s + 3], first, second, s, columns);
      for (; s < steps; s++) one(sum, other, panel[s], first[s], second[s], columns);
    }
  }

  private void copyPanel(Matrix b, int p, int steps) {
    long row = b.rowStride() * FLOAT;
    long column = b.columnStride() * FLOAT;
    long from = b.at(batch, FLOAT) + p * row + left * column;
    if (column == FLOAT) {
      for (int s = 0; s < steps; s++)
        MemorySegment.copy(Memory.ALL, Memory.FLOAT, from + s * row, panel[s], 0, columns);
      return;
    }
    // along the rows of what is turned: those lie together
    for (int j = 0; j < columns; j++) {
      for (int s = 0; s < steps; s++) panel[s][j] = Memory.getFloat(from + s * row + j * column);
    }
  }

  private void copyRow(Matrix a, int i, int p, int steps, float[] to) {
    long step = a.columnStride() * FLOAT;
    long from = a.at(batch, FLOAT) + i * a.rowStride() * FLOAT + p * step;
    for (int s = 0; s < steps; s++) to[s] = Memory.getFloat(from + s * step);
  }

  private static void four(float[] sum, float[] other, float[] b0, float[] b1, float[] b2, float[] b3,
      float[] x, float[] y, int s, int n) {
    float x0 = x[s];
    float x1 = x[s + 1];
    float x2 = x[s + 2];
    float x3 = x[s + 3];
    float y0 = y[s];
    float y1 = y[s + 1];
    float y2 = y[s + 2];
    float y3 = y[s + 3];
    for (int j = 0; j < n; j++) {
      sum[j] = Math.fma(x3, b3[j], Math.fma(x2, b2[j], Math.fma(x1, b1[j], Math.fma(x0, b0[j], sum[j]))));
      other[j] = Math.fma(y3, b3[j], Math.fma(y2, b2[j], Math.fma(y1, b1[j], Math.fma(y0, b0[j], other[j]))));
    }
  }

  private static void one(float[] sum, float[] other, float[] b, float x, float y, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] = Math.fma(x, b[j], sum[j]);
      other[j] = Math.fma(y, b[j], other[j]);
    }
  }

  private void put(float[] sum, float alpha, boolean adds, long to, long step) {
    if (!adds && alpha == 1f && step == FLOAT) {
      MemorySegment.copy(sum, 0, Memory.ALL, Memory.FLOAT, to, columns);
      return;
    }
    for (int j = 0; j < columns; j++) {
      long at = to + j * step;
      Memory.setFloat(at,
          adds ? Math.fma(alpha, sum[j], Memory.getFloat(at)) : alpha == 1f ? sum[j] : alpha * sum[j]);
    }
  }
}
