package io.jacquard.ops;

import io.jacquard.expr.Scalar;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;

/** Norms of all kinds, and the root whose gradient at 0 is 0 rather than infinite, as PyTorch's norms and deviations have it. */
final class Norms {
  private static final ScalarFunction ROOT = ScalarFunction.of("root",
      in -> in[0].eq(0).where(in[0].constantFor(0), in[0].sqrt()));
  private static final ScalarFunction ABS = ScalarFunction.of("norm", in -> in[0].abs());
  private static final ScalarFunction SQUARE = ScalarFunction.of("norm", in -> in[0].square());
  private static final ScalarFunction NOT_ZERO = ScalarFunction.of("norm",
      in -> in[0].ne(0).where(in[0].constantFor(1), in[0].constantFor(0)));

  private Norms() {}

  static Tensor sqrt(Tensor x) {
    return Tensor.apply(ROOT.on(x.dtype()), x)[0];
  }

  static Tensor norm(Tensor x, double p, boolean keepDims, int[] axes) {
    if (p == 0) return sum(NOT_ZERO, x, keepDims, axes);
    if (p == 1) return sum(ABS, x, keepDims, axes);
    if (p == 2) return sqrt(sum(SQUARE, x, keepDims, axes));
    if (p == Double.POSITIVE_INFINITY) return x.abs().max(keepDims, axes);
    if (p == Double.NEGATIVE_INFINITY) return x.abs().min(keepDims, axes);
    var powers = sum(ScalarFunction.of("norm", in -> power(in[0], p)), x, keepDims, axes);
    return Tensor.fuse(s -> s.eq(0).where(ofZero(s, 1 / p), s.pow(1 / p)), powers);
  }

  /** {@code |x|^p}, with gradient 0 at 0. */
  private static Scalar power(Scalar x, double p) {
    return x.eq(0).where(ofZero(x, p), x.abs().pow(p));
  }

  private static Scalar ofZero(Scalar like, double p) {
    return like.constantFor(p > 0 ? 0 : Double.POSITIVE_INFINITY);
  }

  private static Tensor sum(ScalarFunction each, Tensor x, boolean keepDims, int[] axes) {
    return Tensor.apply(new Reduce("norm", Fold.SUM, each.program(x.dtype()), axes, keepDims), x)[0];
  }
}
