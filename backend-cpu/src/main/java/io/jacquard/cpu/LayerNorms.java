package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.spi.View;

/**
 * Layer norm of float32 rows without gaps, and its gradient: all that is to be done to a row is done while it lies in the
 * nearest cache. Rows are shared out by the shape; what each part adds to the gradients of weight and bias is added up in
 * the order of the parts.
 */
final class LayerNorms {
  /** Longer rows are left to the decomposition; it bounds the working memory. */
  private static final long MOST_COLUMNS = 1 << 14;
  private static final int MOST_PARTS = 16;
  /** Numbers in a part, at least. */
  private static final long GRAIN = 1 << 14;

  private final Workers workers;
  private final KernelCompiler compiler;

  LayerNorms(Workers workers, KernelCompiler compiler) {
    this.workers = workers;
    this.compiler = compiler;
  }

  /** A tensor as rows, and in how many parts they are shared out. */
  private record Rows(int rows, int columns, int parts) {
    static Rows of(View x, int dims) {
      long columns = rowLength(x, dims);
      int rows = Math.toIntExact(x.numel() / columns);
      int parts = Math.clamp(x.numel() / GRAIN, 1, Math.min(MOST_PARTS, rows));
      return new Rows(rows, (int) columns, parts);
    }

    int from(int part) {
      return (int) ((long) rows * part / parts);
    }

    long bytes() {
      return 4L * columns;
    }
  }

  private static boolean suits(View x, int dims, View[]... all) {
    for (var views : all) {
      for (var view : views) {
        if (view.dtype() != DType.FLOAT32 || !view.layout().isContiguous()) return false;
      }
    }
    long columns = rowLength(x, dims);
    return x.numel() > 0 && columns <= MOST_COLUMNS && x.numel() / columns <= Integer.MAX_VALUE;
  }

  /** How many numbers the last dimensions have. */
  private static long rowLength(View x, int dims) {
    var sizes = x.shape().sizes();
    long columns = 1;
    for (int d = sizes.length - dims; d < sizes.length; d++) columns *= sizes[d];
    return columns;
  }

  /** A row of one number, from the scratch memory of the calling thread. */
  private static long filled(Scratch scratch, int n, float value) {
    long row = scratch.take(4L * n);
    for (int k = 0; k < n; k++) Memory.setFloat(row + 4L * k, value);
    return row;
  }

  /** False for what is left to the decomposition. */
  boolean forward(LayerNorm op, View[] in, View[] out) {
    if (!suits(in[0], op.dims(), in, out)) return false;
    compiler.need(KernelCompiler.Loops.FOLDS);
    compiler.need(KernelCompiler.Loops.LAYER_NORM);
    var rows = Rows.of(in[0], op.dims());
    int n = rows.columns;
    long x = Views.address(in[0], "layer_norm input");
    long y = Views.address(out[0], "layer_norm output");
    long means = Views.address(out[1], "layer_norm mean");
    long rstds = Views.address(out[2], "layer_norm rstd");
    var mine = Scratch.mine();
    long mark = mine.mark();
    long w = in.length > 1 ? Views.address(in[1], "layer_norm weight") : filled(mine, n, 1);
    long b = in.length > 2 ? Views.address(in[2], "layer_norm bias") : filled(mine, n, 0);
    workers.run(rows.parts, part -> {
      var scratch = Scratch.mine();
      long start = scratch.mark();
      long lanes = scratch.take(4L * Simd.BYTES);
      for (int r = rows.from(part); r < rows.from(part + 1); r++) {
        long row = x + r * rows.bytes();
        float mean = (float) (FloatFolds.sum(row, n, lanes) / n);
        float rstd = (float) (1 / Math.sqrt(NormRows.squares(row, n, mean, lanes) / n + op.eps()));
        Memory.setFloat(means + 4L * r, mean);
        Memory.setFloat(rstds + 4L * r, rstd);
        NormRows.normalize(row, y + r * rows.bytes(), w, b, n, mean, rstd);
      }
      scratch.release(start);
    });
    mine.release(mark);
    return true;
  }

  /** False for what is left to the decomposition. */
  boolean backward(LayerNormBackward op, View[] in, View[] out) {
    if (!suits(in[1], op.dims(), in, out)) return false;
    compiler.need(KernelCompiler.Loops.FOLDS);
    compiler.need(KernelCompiler.Loops.LAYER_NORM);
    var rows = Rows.of(in[1], op.dims());
    int n = rows.columns;
    long g = Views.address(in[0], "layer_norm gradient");
    long x = Views.address(in[1], "layer_norm input");
    long means = Views.address(in[2], "layer_norm mean");
    long rstds = Views.address(in[3], "layer_norm rstd");
    long dx = Views.address(out[0], "layer_norm input's gradient");
    var mine = Scratch.mine();
    long mark = mine.mark();
    long w = in.length > 4 ? Views.address(in[4], "layer_norm weight") : filled(mine, n, 1);
    // For each part a row for the weight and one for the bias.
    long shares = filled(mine, 2 * n * rows.parts, 0);
    workers.run(rows.parts, part -> {
      var scratch = Scratch.mine();
      long start = scratch.mark();
      long lanes = scratch.take(2L * Simd.BYTES);
      long sums = scratch.take(16);
      long two = scratch.take(2 * NormRows.ROW);
      long dw = shares + 2L * part * rows.bytes();
      int end = rows.from(part + 1);
      for (int r = rows.from(part); r < end; r += 2) {
        boolean paired = r + 1 < end;
        for (int k = r; k < (paired ? r + 2 : r + 1); k++) {
          float mean = Memory.getFloat(means + 4L * k);
          NormRows.dots(g + k * rows.bytes(), x + k * rows.bytes(), w, n, mean, lanes, sums);
          NormRows.put(mean, Memory.getFloat(rstds + 4L * k), sums, n, two + (k - r) * NormRows.ROW);
        }
        // A last row without another one is paired with zeros.
        if (!paired) Memory.fill(two + NormRows.ROW, NormRows.ROW, (byte) 0);
        long at = r * rows.bytes();
        long next = at + rows.bytes();
        long zeros = paired ? 0 : filled(scratch, n, 0);
        NormRows.gradients(g + at, x + at, dx + at, paired ? g + next : zeros, paired ? x + next : zeros,
            paired ? dx + next : zeros, w, dw, dw + rows.bytes(), n, two);
      }
      scratch.release(start);
    });
    if (op.weight()) addUp(shares, rows, out[1]);
    if (op.bias()) addUp(shares + rows.bytes(), rows, out[out.length - 1]);
    mine.release(mark);
    return true;
  }

  private static void addUp(long shares, Rows rows, View to) {
    long sums = Views.address(to, "layer_norm parameter's gradient");
    for (int k = 0; k < rows.columns; k++) Memory.setFloat(sums + 4L * k, 0);
    FloatFolds.addRows(shares, 2 * rows.bytes(), rows.parts, rows.columns, sums);
  }
}
