package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The reductions of {@link Tensor}: which axes, which fold, and what is composed of them.
 *
 * <pre>{@code
 * var v = Reductions.variance(x, 1, true, 0);   // x.var(1, true, 0)
 * }</pre>
 */
public final class Reductions {
  private static final ScalarFunction IS_TRUE = ScalarFunction.of("any", in -> in[0].ne(0));
  private static final ScalarFunction IS_FALSE = ScalarFunction.of("all", in -> in[0].eq(0));
  private static final ScalarFunction DEVIATION = ScalarFunction.of("var", in -> in[0].sub(in[1]).square());

  private Reductions() {}

  public static Tensor sum(Tensor x, boolean keepDims, int... dims) {
    if (result(x) == x.dtype()) return fold("sum", Fold.SUM, x, keepDims, dims);
    var each = Scalars.cast(result(x)).program(x.dtype());
    return Tensor.apply(new Reduce("sum", Fold.SUM, each, axes("sum", x.shape(), dims), keepDims), x)[0];
  }

  /** A sum's type: its operand's, but of halves float32 under autocast. */
  private static DType result(Tensor x) {
    return Autocast.type() == null ? x.dtype() : x.dtype().computeType();
  }

  public static Tensor max(Tensor x, boolean keepDims, int... dims) {
    return fold("amax", Fold.MAX, x, keepDims, dims);
  }

  public static Tensor min(Tensor x, boolean keepDims, int... dims) {
    return fold("amin", Fold.MIN, x, keepDims, dims);
  }

  public static Tensor argmax(Tensor x, int dim) {
    return fold("argmax", Fold.ARGMAX, x, false, dim);
  }

  public static Tensor argmin(Tensor x, int dim) {
    return fold("argmin", Fold.ARGMIN, x, false, dim);
  }

  public static Tensor mean(Tensor x, boolean keepDims, int... dims) {
    requireFloating("mean", x);
    return wideMean(x, keepDims, axes("mean", x.shape(), dims)).to(result(x));
  }

  /** The mean, of halves in float32, in which their sum cannot overflow. */
  private static Tensor wideMean(Tensor x, boolean keepDims, int[] axes) {
    var each = Scalars.cast(x.dtype().computeType()).program(x.dtype());
    return Tensor.apply(new Reduce("mean", Fold.SUM, each, axes, keepDims), x)[0].div(count(x.shape(), axes));
  }

  public static Tensor variance(Tensor x, int correction, boolean keepDims, int... dims) {
    return wideVariance("var", x, correction, keepDims, dims).to(result(x));
  }

  public static Tensor deviation(Tensor x, int correction, boolean keepDims, int... dims) {
    return Norms.sqrt(wideVariance("std", x, correction, keepDims, dims)).to(result(x));
  }

  /** The variance, of halves in float32. */
  private static Tensor wideVariance(String op, Tensor x, int correction, boolean keepDims, int... dims) {
    requireFloating(op, x);
    int[] axes = axes(op, x.shape(), dims);
    var mean = wideMean(x, true, axes);
    var each = DEVIATION.program(x.dtype(), mean.dtype());
    var squares = Tensor.apply(new Reduce(op, Fold.SUM, each, axes, keepDims), x, mean)[0];
    return squares.div(Math.max(0, count(x.shape(), axes) - correction));
  }

  public static Tensor product(Tensor x, boolean keepDims, int... dims) {
    return fold("prod", Fold.PRODUCT, x, keepDims, dims);
  }

  public static Tensor any(Tensor x, boolean keepDims, int... dims) {
    return count("any", IS_TRUE, x, keepDims, dims).gt(0);
  }

  public static Tensor all(Tensor x, boolean keepDims, int... dims) {
    return count("all", IS_FALSE, x, keepDims, dims).eq(0);
  }

  private static Tensor count(String name, ScalarFunction each, Tensor x, boolean keepDims, int... dims) {
    int[] axes = axes(name, x.shape(), dims);
    return Tensor.apply(new Reduce(name, Fold.SUM, each.program(x.dtype()), axes, keepDims), x)[0];
  }

  public static Tensor logSumExp(Tensor x, boolean keepDims, int... dims) {
    int[] axes = axes("logsumexp", x.shape(), dims);
    var floats = x.dtype().isFloating() ? x : x.to(DType.FLOAT32);
    var op = new LogSumExp(IntStream.of(axes).boxed().toList());
    var kept = Tensor.apply(op, floats)[0];
    return keepDims ? kept : squeezed(kept, axes);
  }

  private static Tensor squeezed(Tensor kept, int[] axes) {
    var shape = kept.shape();
    for (int k = axes.length - 1; k >= 0; k--) shape = shape.without(axes[k]);
    return kept.reshape(shape);
  }

  public static Tensor norm(Tensor x, double p, boolean keepDims, int... dims) {
    requireFloating("norm", x);
    // The squares of halves would overflow.
    var wide = x.to(x.dtype().computeType());
    return Norms.norm(wide, p, keepDims, axes("norm", x.shape(), dims)).to(result(x));
  }

  public static Tensor sumTo(Tensor x, Shape target) {
    if (!Shape.broadcast("sum_to", x.shape(), target).equals(x.shape())) {
      throw new JacquardException("sum_to: shape " + target + " does not broadcast to " + x.shape()
          + ", expected sizes that are equal to those of the tensor, or 1. To grow a tensor, use expand.");
    }
    var wide = x.dtype().isFloating() ? x : x.to(DType.INT64);
    if (x.shape().equals(target)) return wide;
    var each = Scalars.IDENTITY.program(wide.dtype());
    return Tensor.apply(new SumTo("sum_to", each, new long[0], target), wide)[0];
  }

  private static Tensor fold(String name, Fold fold, Tensor x, boolean keepDims, int... dims) {
    int[] axes = axes(name, x.shape(), dims);
    return Tensor.apply(new Reduce(name, fold, Scalars.IDENTITY.program(x.dtype()), axes, keepDims), x)[0];
  }

  /** The named dimensions, ascending; all if none is named. */
  private static int[] axes(String op, Shape shape, int... dims) {
    if (dims.length == 0) return IntStream.range(0, shape.rank()).toArray();
    var axes = IntStream.of(dims).map(d -> shape.dim(op, d)).sorted().distinct().toArray();
    if (axes.length != dims.length) {
      throw new JacquardException(op + ": a dimension of shape " + shape + " is named twice.");
    }
    return axes;
  }

  private static long count(Shape shape, int[] axes) {
    return IntStream.of(axes).mapToLong(shape::size).reduce(1, Math::multiplyExact);
  }

  private static void requireFloating(String op, Tensor x) {
    if (!x.dtype().isFloating()) {
      throw new JacquardException(
          op + ": the tensor is " + x.dtype() + ", expected a floating type. Use to(DType.FLOAT32).");
    }
  }
}
