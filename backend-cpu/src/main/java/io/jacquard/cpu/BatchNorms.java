package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.ops.BatchNormReluBackward;
import io.jacquard.spi.View;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm of float32 [N, C] without gaps, and its gradient: images that lie channels-last come as such. Rows are shared
 * out by the shape, and what the parts found is combined in their order.
 *
 * <p>Mean and variance take one reading of memory: a chunk of rows is read twice while it lies in a near cache, and chunks
 * are combined as Chan, Golub and LeVeque (1979) do. What follows goes through the parts from the last to the first, whose
 * end is what the caches still hold. ReLU behind it, and a residual before that, take no pass of their own: forward what is
 * normalised is written as ReLU leaves it; backward, without a residual, where ReLU gave 0 is computed again, from the same
 * numbers in the same way, which is cheaper than reading it twice. Other shapes and types are left to the decomposition.
 */
final class BatchNorms {
  /** Wider rows are left to the decomposition; it bounds the working memory. */
  private static final long MOST_CHANNELS = 1 << 12;
  private static final int MOST_PARTS = 16;
  /** Numbers in a part, at least. */
  private static final long GRAIN = 1 << 14;
  /** Numbers in a chunk, if that is neither too few rows to be worth combining nor too many for float32 sums. */
  private static final int CHUNK = 1 << 13;

  private final Workers workers;
  private final KernelCompiler compiler;

  BatchNorms(Workers workers, KernelCompiler compiler) {
    this.workers = workers;
    this.compiler = compiler;
  }

  /** A matrix in parts and chunks. */
  private record Rows(int rows, int channels, int parts, int chunk) {
    static Rows of(View x) {
      int rows = (int) x.shape().size(0);
      int channels = (int) x.shape().size(1);
      int parts = Math.clamp(x.numel() / GRAIN, 1, Math.min(MOST_PARTS, rows));
      return new Rows(rows, channels, parts, Math.clamp(CHUNK / channels, 128, 2048));
    }

    int from(int part) {
      return (int) ((long) rows * part / parts);
    }

    long stride() {
      return 4L * channels;
    }
  }

  /** What is done to some rows: their first one's offset in bytes, and how many they are. */
  @FunctionalInterface
  private interface OfChunk {
    void run(long at, int rows);
  }

  private static void inChunks(Rows all, int part, OfChunk body) {
    for (int r = all.from(part), end = all.from(part + 1); r < end; r += all.chunk)
      body.run(r * all.stride(), Math.min(all.chunk, end - r));
  }

  private static boolean suits(View x, View[] in, View[] out) {
    for (var views : new View[][]{in, out}) {
      for (var view : views) {
        if (view.dtype() != DType.FLOAT32 || !view.layout().isContiguous()) return false;
      }
    }
    return x.shape().rank() == 2 && x.numel() > 0 && x.shape().size(1) <= MOST_CHANNELS
        && x.shape().size(0) <= Integer.MAX_VALUE;
  }

  private static void clear(long row, int n) {
    for (int k = 0; k < n; k++) Memory.setFloat(row + 4L * k, 0);
  }

  /** False for what is left to the decomposition. */
  boolean forward(BatchNorm op, View[] in, View[] out) {
    if (!suits(in[0], in, out)) return false;
    compiler.need(KernelCompiler.Loops.BATCH_NORM);
    forward(op.eps(), false, in, out);
    return true;
  }

  /** False for what is left to the decomposition. */
  boolean forward(BatchNormRelu op, View[] in, View[] out) {
    if (!suits(in[0], in, out)) return false;
    compiler.need(KernelCompiler.Loops.BATCH_NORM);
    compiler.need(KernelCompiler.Loops.BATCH_NORM_RELU);
    forward(op.eps(), true, in, out);
    return true;
  }

  private void forward(double eps, boolean relu, View[] in, View[] out) {
    var rows = Rows.of(in[0]);
    int n = rows.channels;
    long x = Views.address(in[0], "batch_norm input");
    long residual = in.length > 3 ? Views.address(in[3], "batch_norm residual") : 0;
    long y = Views.address(out[0], "batch_norm output");
    long mean = Views.address(out[1], "batch_norm mean");
    long variance = Views.address(out[2], "batch_norm variance");
    var mine = Scratch.mine();
    long mark = mine.mark();
    // For each part the means, then the sums of squared deviations, as doubles.
    long found = mine.take(16L * n * rows.parts);
    workers.run(rows.parts, part -> statistics(rows, part, x, found + 16L * n * part));
    combine(rows, found, mean, variance);
    long scale = mine.take(4L * n);
    long bias = mine.take(4L * n);
    long weights = in.length > 1 ? Views.address(in[1], "batch_norm weight") : 0;
    long biases = in.length > 2 ? Views.address(in[2], "batch_norm bias") : 0;
    for (int k = 0; k < n; k++) {
      Memory.setFloat(scale + 4L * k, scale(rstd(variance, eps, k), weights, k));
      Memory.setFloat(bias + 4L * k, biases == 0 ? 0 : Memory.getFloat(biases + 4L * k));
    }
    workers.run(rows.parts, part -> inChunks(rows, rows.parts - 1 - part, (at, count) -> {
      if (!relu) {
        NormColumns.normalize(x + at, y + at, rows.stride(), count, n, mean, scale, bias);
      } else if (residual == 0) {
        NormReluColumns.normalize(x + at, y + at, rows.stride(), count, n, mean, scale, bias);
      } else {
        NormReluColumns.normalizeAndAdd(x + at, residual + at, y + at, rows.stride(), count, n, mean, scale,
            bias);
      }
    }));
    mine.release(mark);
  }

  private static double rstd(long variance, double eps, int k) {
    return 1 / Math.sqrt(Memory.getFloat(variance + 4L * k) + eps);
  }

  /** What is multiplied by; the gradient of ReLU needs the very number that the forward pass had. */
  private static float scale(double rstd, long weights, int k) {
    return (float) (weights == 0 ? rstd : rstd * Memory.getFloat(weights + 4L * k));
  }

  /** Mean and sum of squared deviations of each column of a part, left at {@code found}. */
  private static void statistics(Rows rows, int part, long x, long found) {
    int n = rows.channels;
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long shift = scratch.take(rows.stride());
    long sums = scratch.take(rows.stride());
    long squares = scratch.take(rows.stride());
    for (int k = 0; k < 2 * n; k++) Memory.setDouble(found + 8L * k, 0);
    inChunks(rows, part, (at, count) -> {
      clear(shift, n);
      FloatFolds.addRows(x + at, rows.stride(), count, n, shift);
      for (int k = 0; k < n; k++) Memory.setFloat(shift + 4L * k, Memory.getFloat(shift + 4L * k) / count);
      clear(sums, n);
      clear(squares, n);
      NormColumns.deviations(x + at, rows.stride(), count, n, shift, sums, squares);
      long before = at / rows.stride() - rows.from(part);
      for (int k = 0; k < n; k++) {
        // The shift is the mean but for rounding, which the sum of deviations from it makes good.
        double rest = Memory.getFloat(sums + 4L * k);
        double chunkMean = Memory.getFloat(shift + 4L * k) + rest / count;
        double chunkSquares = Math.max(0, Memory.getFloat(squares + 4L * k) - rest * rest / count);
        merge(found + 8L * k, found + 8L * (n + k), before, chunkMean, chunkSquares, count);
      }
    });
    scratch.release(mark);
  }

  /** Adds {@code more} numbers, by their mean and squared deviations, to those of {@code count}. */
  private static void merge(long mean, long squares, long count, double moreMean, double moreSquares,
      long more) {
    double before = Memory.getDouble(mean);
    double apart = moreMean - before;
    double share = (double) more / (count + more);
    Memory.setDouble(mean, before + apart * share);
    Memory.setDouble(squares, Memory.getDouble(squares) + moreSquares + apart * apart * share * count);
  }

  private static void combine(Rows rows, long found, long mean, long variance) {
    int n = rows.channels;
    for (int part = 1; part < rows.parts; part++) {
      long other = found + 16L * n * part;
      for (int k = 0; k < n; k++) {
        merge(found + 8L * k, found + 8L * (n + k), rows.from(part), Memory.getDouble(other + 8L * k),
            Memory.getDouble(other + 8L * (n + k)), rows.from(part + 1) - rows.from(part));
      }
    }
    for (int k = 0; k < n; k++) {
      Memory.setFloat(mean + 4L * k, (float) Memory.getDouble(found + 8L * k));
      Memory.setFloat(variance + 4L * k, (float) (Memory.getDouble(found + 8L * (n + k)) / rows.rows));
    }
  }

  /** False for what is left to the decomposition. */
  boolean backward(View[] in, View[] out) {
    if (!suits(in[1], in, out)) return false;
    compiler.need(KernelCompiler.Loops.BATCH_NORM);
    long rstd = Views.address(in[3], "batch_norm rstd");
    backward(in, out, in[2], in.length > 4 ? in[4] : null, k -> Memory.getFloat(rstd + 4L * k),
        After.NOTHING);
    return true;
  }

  /** False for what is left to the decomposition. */
  boolean backward(BatchNormReluBackward op, View[] in, View[] out) {
    if (!suits(in[1], in, out)) return false;
    compiler.need(KernelCompiler.Loops.BATCH_NORM);
    compiler.need(KernelCompiler.Loops.BATCH_NORM_RELU);
    long variance = Views.address(in[4], "batch_norm variance");
    backward(in, out, in[3], in[5], k -> rstd(variance, op.eps(), k),
        op.residual() ? After.ADD_RELU : After.RELU);
    return true;
  }

  private enum After {
    NOTHING, RELU, ADD_RELU
  }

  private void backward(View[] in, View[] out, View means, @Nullable View weights, IntToDoubleFunction rstd,
      After after) {
    var rows = Rows.of(in[1]);
    int n = rows.channels;
    long stride = rows.stride();
    long arriving = Views.address(in[0], "batch_norm gradient");
    long x = Views.address(in[1], "batch_norm input");
    long y = after == After.NOTHING ? 0 : Views.address(in[2], "batch_norm result");
    long mean = Views.address(means, "batch_norm mean");
    long weight = weights == null ? 0 : Views.address(weights, "batch_norm weight");
    long bias = after == After.NOTHING ? 0 : Views.address(in[6], "batch_norm bias");
    long dx = Views.address(out[0], "batch_norm input's gradient");
    long dw = Views.address(out[1], "batch_norm weight's gradient");
    long db = Views.address(out[2], "batch_norm bias's gradient");
    long through = after == After.ADD_RELU ? Views.address(out[3], "batch_norm residual's gradient") : 0;
    var mine = Scratch.mine();
    long mark = mine.mark();
    // For each part the sums of g, then those of g * (x - mean), as doubles.
    long found = mine.take(16L * n * rows.parts);
    long scale = mine.take(4L * n);
    long along = mine.take(4L * n);
    long shift = mine.take(4L * n);
    for (int k = 0; k < n; k++) Memory.setFloat(scale + 4L * k, scale(rstd.applyAsDouble(k), weight, k));
    workers.run(rows.parts, part -> addUp(rows, part, found + 16L * n * part, (at, count, sums, products) -> {
      long g = arriving + at;
      switch (after) {
        case NOTHING -> NormColumns.products(g, x + at, stride, count, n, mean, sums, products);
        case RELU -> NormReluColumns.products(g, x + at, stride, count, n, mean, scale, bias, sums, products);
        case ADD_RELU ->
          NormReluColumns.productsWithResidual(g, x + at, y + at, through + at, stride, count, n,
              mean, sums, products);
      }
    }));
    for (int k = 0; k < n; k++) {
      double sum = 0;
      double product = 0;
      for (int part = 0; part < rows.parts; part++) {
        long at = found + 16L * n * part + 8L * k;
        sum += Memory.getDouble(at);
        product += Memory.getDouble(at + 8L * n);
      }
      double r = rstd.applyAsDouble(k);
      double factor = weight == 0 ? r : r * Memory.getFloat(weight + 4L * k);
      Memory.setFloat(dw + 4L * k, (float) (product * r));
      Memory.setFloat(db + 4L * k, (float) sum);
      Memory.setFloat(along + 4L * k, (float) (factor * r * r * product / rows.rows));
      Memory.setFloat(shift + 4L * k, (float) (factor * sum / rows.rows));
    }
    long g = after == After.ADD_RELU ? through : arriving;
    workers.run(rows.parts, part -> inChunks(rows, rows.parts - 1 - part, (at, count) -> {
      if (after == After.RELU) {
        NormReluColumns.gradient(g + at, x + at, dx + at, stride, count, n, mean, scale, bias, along, shift);
      } else {
        NormColumns.gradient(g + at, x + at, dx + at, stride, count, n, mean, scale, along, shift);
      }
    }));
    mine.release(mark);
  }

  /** Adds to one number for each channel what a chunk's rows have of it: their sums, and their sums of products. */
  @FunctionalInterface
  private interface Sums {
    void add(long at, int rows, long sums, long products);
  }

  private static void addUp(Rows rows, int part, long found, Sums body) {
    int n = rows.channels;
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long sums = scratch.take(rows.stride());
    long products = scratch.take(rows.stride());
    for (int k = 0; k < 2 * n; k++) Memory.setDouble(found + 8L * k, 0);
    inChunks(rows, part, (at, count) -> {
      clear(sums, n);
      clear(products, n);
      body.add(at, count, sums, products);
      for (int k = 0; k < n; k++) {
        long sum = found + 8L * k;
        Memory.setDouble(sum, Memory.getDouble(sum) + Memory.getFloat(sums + 4L * k));
        Memory.setDouble(sum + 8L * n, Memory.getDouble(sum + 8L * n) + Memory.getFloat(products + 4L * k));
      }
    });
    scratch.release(mark);
  }
}
