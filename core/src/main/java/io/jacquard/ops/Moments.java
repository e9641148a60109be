package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;

/**
 * Mean and biased variance over some axes, which stay with size 1. In two passes: the squares of deviations from the mean
 * keep their digits where the mean is large, the difference of the squares' mean and the mean's square does not.
 */
record Moments(Tensor mean, Tensor variance) {
  private static final ScalarFunction DEVIATION = ScalarFunction.of("variance",
      in -> in[0].sub(in[1]).square());

  static Moments of(Tensor x, int... axes) {
    long count = count(x.shape(), axes);
    var mean = x.sum(true, axes).div(count);
    var each = DEVIATION.program(x.dtype(), x.dtype());
    var squares = Tensor.apply(new Reduce("variance", Fold.SUM, each, axes, true), x, mean)[0];
    return new Moments(mean, squares.div(count));
  }

  static long count(Shape shape, int... axes) {
    long count = 1;
    for (int axis : axes) count *= shape.size(axis);
    return count;
  }
}
