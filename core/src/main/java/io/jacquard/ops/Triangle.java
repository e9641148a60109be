package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.tensor.Tensor;

/**
 * The lower and the upper triangle of matrices, one pass that looks at each element's position.
 *
 * <pre>{@code
 * var causal = Triangle.lower(Tensor.ones(8, 8), 0);   // the same as Tensor.ones(8, 8).tril()
 * }</pre>
 */
public final class Triangle {
  private static final ScalarFunction LOWER = ScalarFunction.withParams("tril", trace -> {
    var x = trace.input(0);
    return diagonal(trace).le(trace.param(2, DType.INT64)).where(x, trace.constant(x.type(), 0));
  });
  private static final ScalarFunction UPPER = ScalarFunction.withParams("triu", trace -> {
    var x = trace.input(0);
    return diagonal(trace).ge(trace.param(2, DType.INT64)).where(x, trace.constant(x.type(), 0));
  });

  private Triangle() {}

  /** Column minus row; parameters 0 and 1 are the numbers of rows and columns. */
  private static Scalar diagonal(Trace trace) {
    var rows = trace.param(0, DType.INT64);
    var columns = trace.param(1, DType.INT64);
    var at = trace.index();
    var row = at.div(columns);
    var column = at.sub(row.mul(columns));
    return column.sub(row.sub(row.div(rows).mul(rows)));
  }

  /** Zeros where column - row is more than {@code k}. */
  public static Tensor lower(Tensor x, long k) {
    return apply("tril", LOWER, x, k);
  }

  /** Zeros where column - row is less than {@code k}. */
  public static Tensor upper(Tensor x, long k) {
    return apply("triu", UPPER, x, k);
  }

  private static Tensor apply(String name, ScalarFunction function, Tensor x, long k) {
    if (x.rank() < 2) {
      throw new JacquardException(
          name + ": shape " + x.shape()
              + ", expected matrices, of rank 2 or more. Use unsqueeze(0) on a vector.");
    }
    return Tensor.apply(function.on(x.dtype()).withParams(x.size(-2), x.size(-1), k), x)[0];
  }
}
