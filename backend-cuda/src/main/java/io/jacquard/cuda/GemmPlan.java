package io.jacquard.cuda;

import io.jacquard.DType;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product of views in terms of cuBLAS, which knows matrices that lie column by column. A matrix that lies row by
 * row is the transpose of one that lies column by column, so C = A.B is computed as C' = B'.A' where C lies row by row, and
 * nothing is copied. Transposes of the operands become cuBLAS's.
 *
 * @param call one call
 * @param swapped whether B is cuBLAS's first operand
 * @param starts for each call, where A, B and C begin, in elements beyond their views' first
 */
record GemmPlan(GemmCall call, boolean swapped, List<long[]> starts) {
  /** Batches that no one distance describes are called one by one, up to so many. */
  private static final int MOST_CALLS = 32;

  /** A matrix in memory: row by row or column by column, and the distance of rows or columns. */
  private record Matrix(boolean byRows, long distance) {
    static @Nullable Matrix of(View view) {
      long rows = view.shape().size(-2);
      long columns = view.shape().size(-1);
      int rank = view.shape().rank();
      long down = view.layout().stride(rank - 2);
      long right = view.layout().stride(rank - 1);
      if ((right == 1 || columns == 1) && (rows == 1 || down >= Math.max(1, columns)))
        return new Matrix(true, rows == 1 ? Math.max(1, columns) : down);
      if ((down == 1 || rows == 1) && (columns == 1 || right >= Math.max(1, rows)))
        return new Matrix(false, columns == 1 ? Math.max(1, rows) : right);
      return null;
    }
  }

  /** The dimensions before the matrices: those that have one distance in every operand, and the others. */
  private record Batch(long size, long[] strides, List<long[]> starts) {
    static @Nullable Batch of(View... views) {
      int d = views[0].shape().rank() - 3;
      long size = 1;
      var strides = new long[views.length];
      for (; d >= 0 && follows(views, d, size, strides); d--) {
        long length = views[0].shape().size(d);
        for (int k = 0; k < views.length && size == 1; k++) strides[k] = views[k].layout().stride(d);
        size *= length;
      }
      var starts = new ArrayList<long[]>();
      starts.add(new long[views.length]);
      for (; d >= 0; d--) {
        long length = views[0].shape().size(d);
        if (starts.size() * length > MOST_CALLS) return null;
        var before = List.copyOf(starts);
        for (long i = 1; i < length; i++) {
          for (var start : before) {
            var next = start.clone();
            for (int k = 0; k < views.length; k++) next[k] += i * views[k].layout().stride(d);
            starts.add(next);
          }
        }
      }
      return new Batch(size, strides, starts);
    }

    private static boolean follows(View[] views, int d, long size, long[] strides) {
      if (size == 1 || views[0].shape().size(d) == 1) return true;
      for (int k = 0; k < views.length; k++) {
        if (views[k].layout().stride(d) != size * strides[k]) return false;
      }
      return true;
    }
  }

  /**
   * The plan for {@code c = alpha * a.b + beta * c}; null where cuBLAS does not know the type or the layout, and our own
   * kernel must serve.
   */
  static @Nullable GemmPlan of(double alpha, double beta, View a, View b, View c, MathPolicy policy) {
    var type = a.dtype();
    int inputs = MathPolicy.dataType(type);
    int output = MathPolicy.dataType(c.dtype());
    if (inputs < 0 || b.dtype() != type || c.dtype() != type && !widens(type, c.dtype())) return null;
    var left = Matrix.of(a);
    var right = Matrix.of(b);
    var result = Matrix.of(c);
    if (left == null || right == null || result == null) return null;
    var batch = Batch.of(a, b, c);
    if (batch == null) return null;
    boolean swapped = result.byRows;
    var first = swapped ? right : left;
    var second = swapped ? left : right;
    long rows = c.shape().size(-2);
    long columns = c.shape().size(-1);
    var strides = batch.strides;
    var call = new GemmCall(first.byRows != swapped, second.byRows != swapped, swapped ? columns : rows,
        swapped ? rows : columns, a.shape().size(-1), alpha, first.distance, strides[swapped ? 1 : 0],
        second.distance,
        strides[swapped ? 0 : 1], beta, result.distance, strides[2], batch.size, inputs, output,
        policy.compute(type));
    return new GemmPlan(call, swapped, batch.starts);
  }

  private static boolean widens(DType inputs, DType output) {
    return output == DType.FLOAT32 && (inputs == DType.BFLOAT16 || inputs == DType.FLOAT16);
  }
}
