package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.View;

/**
 * Softmax, its logarithm and cross-entropy of float32 rows without gaps: all that is to be done to a row is done while it
 * lies in the nearest cache. Other layouts and types are left to the decomposition.
 */
final class Softmaxes {
  /** Longer rows are left to the decomposition; it bounds the working memory. */
  private static final long MOST_COLUMNS = 1 << 17;
  /** Numbers in a part, at least. */
  private static final long GRAIN = 1 << 13;
  private static final int MOST_PARTS = 16;

  private final Workers workers;
  private final KernelCompiler compiler;

  Softmaxes(Workers workers, KernelCompiler compiler) {
    this.workers = workers;
    this.compiler = compiler;
  }

  /** What is done to a row of x and one of y; working memory of the thread. */
  @FunctionalInterface
  private interface OfRow {
    void run(int row, long x, long y, long scratch);
  }

  private static boolean suits(View x, int dim) {
    int rank = x.shape().rank();
    return x.dtype() == DType.FLOAT32 && rank > 0 && dim == rank - 1 && x.numel() > 0
        && x.layout().isContiguous()
        && x.shape().size(dim) <= MOST_COLUMNS && x.numel() / x.shape().size(dim) <= Integer.MAX_VALUE;
  }

  private void eachRow(View x, long from, long to, OfRow body) {
    compiler.need(KernelCompiler.Loops.SOFTMAX);
    long columns = x.shape().size(-1);
    int rows = (int) (x.numel() / columns);
    int parts = Math.clamp(x.numel() / GRAIN, 1, Math.min(MOST_PARTS, rows));
    workers.run(parts, part -> {
      var scratch = Scratch.mine();
      long mark = scratch.mark();
      long lanes = scratch.take(Math.max(SoftmaxRows.SCRATCH, 4L * Simd.BYTES));
      int end = (int) ((long) rows * (part + 1) / parts);
      for (int r = (int) ((long) rows * part / parts); r < end; r++)
        body.run(r, from + 4L * r * columns, to + 4L * r * columns, lanes);
      scratch.release(mark);
    });
  }

  /** False for what is left to the decomposition, here and below. */
  boolean softmax(Softmax op, View x, View y) {
    if (!suits(x, op.dim())) return false;
    int n = (int) x.shape().size(-1);
    eachRow(x, Views.address(x, "softmax input"), Views.address(y, "softmax output"),
        (_, from, to, scratch) -> {
          float largest = SoftmaxRows.largest(from, n, scratch);
          double sum = SoftmaxRows.exp(from, to, n, largest, scratch);
          SoftmaxRows.scale(to, n, (float) (1 / sum));
        });
    return true;
  }

  boolean logSoftmax(LogSoftmax op, View x, View y) {
    if (!suits(x, op.dim())) return false;
    int n = (int) x.shape().size(-1);
    eachRow(x, Views.address(x, "log_softmax input"), Views.address(y, "log_softmax output"),
        (_, from, to, scratch) -> {
          float largest = SoftmaxRows.largest(from, n, scratch);
          double sum = SoftmaxRows.exp(from, to, n, largest, scratch);
          SoftmaxRows.shift(from, to, n, largest, (float) StrictMath.log(sum));
        });
    return true;
  }

  /** Logits and labels to the mean loss and the log-sum-exp of each row. */
  boolean crossEntropy(View[] in, View[] out) {
    var x = in[0];
    var labels = in[1];
    if (!suits(x, 1)) return false;
    int n = (int) x.shape().size(1);
    RangeCheck.run(CrossEntropy.allowed("cross_entropy", n), labels);
    long logits = Views.address(x, "cross_entropy logits");
    long sums = Views.address(out[1], "cross_entropy log-sum-exp");
    // The exponentials are of no further use: all rows of a thread go to the same place.
    eachRow(x, logits, 0, (row, from, _, scratch) -> {
      var mine = Scratch.mine();
      long mark = mine.mark();
      float largest = SoftmaxRows.largest(from, n, scratch);
      double sum = SoftmaxRows.exp(from, mine.take(4L * n), n, largest, scratch);
      Memory.setFloat(sums + 4L * row, (float) (largest + StrictMath.log(sum)));
      mine.release(mark);
    });
    long label = Views.address(labels, "cross_entropy labels");
    int rows = (int) x.shape().size(0);
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      loss += (double) Memory.getFloat(sums + 4L * r)
          - Memory.getFloat(logits + 4L * ((long) r * n + number(labels, label, r)));
    }
    Memory.setFloat(Views.address(out[0], "cross_entropy loss"), (float) (loss / rows));
    return true;
  }

  /** The class of row r; {@code first} is the address of the first row's. */
  private static long number(View labels, long first, int r) {
    return Elements.load(labels.dtype(), first + r * labels.layout().stride(0) * labels.dtype().bytes());
  }

  /** Logits, labels, the log-sum-exp of each row and a scale to the logits' gradient. */
  boolean crossEntropyBackward(View[] in, View dx) {
    var x = in[0];
    if (!suits(x, 1)) return false;
    int n = (int) x.shape().size(1);
    var labels = in[1];
    long label = Views.address(labels, "cross_entropy labels");
    long sums = Views.address(in[2], "cross_entropy log-sum-exp");
    float scale = Memory.getFloat(Views.address(in[3], "cross_entropy scale"));
    eachRow(x, Views.address(x, "cross_entropy logits"),
        Views.address(dx, "cross_entropy logits' gradient"), (row, from, to, _) -> {
          SoftmaxRows.scaledExp(from, to, n, Memory.getFloat(sums + 4L * row), scale);
          long at = to + 4 * number(labels, label, row);
          Memory.setFloat(at, Memory.getFloat(at) - scale);
        });
    return true;
  }
}
