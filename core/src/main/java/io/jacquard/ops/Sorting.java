package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.spi.Scan;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Indexed;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/**
 * What orders the elements along a dimension, of the backend's argsort and scan; gradients are those of the elements
 * chosen.
 *
 * <pre>{@code
 * var best = Sorting.topk(x, 5, -1, true);   // the same as x.topk(5)
 * }</pre>
 */
public final class Sorting {
  /** The place of an element that attains the running extreme (of NaNs the latest), or 0. */
  private static final ScalarFunction PLACE = ScalarFunction.of("place", in -> {
    Scalar attains = in[0].eq(in[1]).or(in[0].isNan());
    return attains.where(in[2], in[2].constantFor(0));
  });

  private Sorting() {}

  /** The int64 positions that sort. */
  public static Tensor argsort(Tensor x, int dim, boolean descending) {
    return Tensor.apply(new ArgSort(x.shape().dim("argsort", dim), descending), x)[0];
  }

  public static Indexed sort(Tensor x, int dim, boolean descending) {
    int d = x.shape().dim("sort", dim);
    var order = argsort(x, d, descending);
    return new Indexed(Indexing.gather(x, d, order, false), order);
  }

  public static Indexed topk(Tensor x, long k, int dim, boolean largest) {
    int d = x.shape().dim("topk", dim);
    if (k < 0 || k > x.size(d)) {
      throw new JacquardException("topk: " + k + " elements along dimension " + dim + " of shape " + x.shape()
          + ", expected 0 to " + x.size(d) + ".");
    }
    var chosen = argsort(x, d, largest).slice(d, 0, k).contiguous();
    return new Indexed(Indexing.gather(x, d, chosen, false), chosen);
  }

  /** The running sum or product. */
  public static Tensor cumulative(Scan how, Tensor x, int dim) {
    return Tensor.apply(new Cumulative(how, x.shape().dim(how == Scan.SUM ? "cumsum" : "cumprod", dim)),
        x)[0];
  }

  /** The running maximum or minimum, and where it is; of equals the latest. */
  public static Indexed extreme(Scan how, Tensor x, int dim) {
    int d = x.shape().dim(how == Scan.MAX ? "cummax" : "cummin", dim);
    Tensor index;
    try (var _ = GradMode.noGrad()) {
      var extremes = Tensor.apply(new Cumulative(how, d), x)[0];
      var sizes = new long[x.rank()];
      Arrays.fill(sizes, 1);
      sizes[d] = x.size(d);
      var places = Tensor.arange(x.device(), x.size(d)).reshape(sizes);
      var attained = Tensor.apply(PLACE.on(x.dtype(), x.dtype(), places.dtype()), x, extremes, places)[0];
      index = Tensor.apply(new Cumulative(Scan.MAX, d), attained)[0];
    }
    return new Indexed(Indexing.gather(x, d, index, false), index);
  }
}
