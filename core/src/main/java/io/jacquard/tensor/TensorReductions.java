package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Reductions;

/** Folds of {@link Tensor} over the given dimensions, or over all of them. A reduced dimension goes, unless keepDims. */
sealed interface TensorReductions extends Shaped permits Tensor {
  default Tensor sum(int... dims) {
    return sum(false, dims);
  }

  /** Integers and bools are summed in int64. */
  default Tensor sum(boolean keepDims, int... dims) {
    return Reductions.sum(self(), keepDims, dims);
  }

  default Tensor mean(int... dims) {
    return mean(false, dims);
  }

  default Tensor mean(boolean keepDims, int... dims) {
    return Reductions.mean(self(), keepDims, dims);
  }

  default Tensor max(int... dims) {
    return max(false, dims);
  }

  /** NaN if any element is; the gradient is shared equally among equal maxima, as PyTorch's amax does. */
  default Tensor max(boolean keepDims, int... dims) {
    return Reductions.max(self(), keepDims, dims);
  }

  default Tensor min(int... dims) {
    return min(false, dims);
  }

  default Tensor min(boolean keepDims, int... dims) {
    return Reductions.min(self(), keepDims, dims);
  }

  /** The int64 position of the first largest element along a dimension. */
  default Tensor argmax(int dim) {
    return Reductions.argmax(self(), dim);
  }

  default Tensor argmin(int dim) {
    return Reductions.argmin(self(), dim);
  }

  /** The unbiased variance, with divisor n - 1. */
  default Tensor var(int... dims) {
    return var(1, false, dims);
  }

  /** The variance with divisor {@code n - correction}. */
  default Tensor var(int correction, boolean keepDims, int... dims) {
    return Reductions.variance(self(), correction, keepDims, dims);
  }

  /** The square root of the unbiased variance; its gradient is 0 where it is 0. */
  default Tensor std(int... dims) {
    return std(1, false, dims);
  }

  /** The square root of the variance with divisor {@code n - correction}; its gradient is 0 where it is 0. */
  default Tensor std(int correction, boolean keepDims, int... dims) {
    return Reductions.deviation(self(), correction, keepDims, dims);
  }

  default Tensor prod(int... dims) {
    return prod(false, dims);
  }

  /** The product, of integers and bools in int64; 1 of nothing. Its gradient is right where factors are zero, too. */
  default Tensor prod(boolean keepDims, int... dims) {
    return Reductions.product(self(), keepDims, dims);
  }

  default Tensor any(int... dims) {
    return any(false, dims);
  }

  /** Whether some element is not 0, as bool; NaN is not 0. False of nothing. */
  default Tensor any(boolean keepDims, int... dims) {
    return Reductions.any(self(), keepDims, dims);
  }

  default Tensor all(int... dims) {
    return all(false, dims);
  }

  /** Whether no element is 0, as bool; NaN is not 0. True of nothing. */
  default Tensor all(boolean keepDims, int... dims) {
    return Reductions.all(self(), keepDims, dims);
  }

  /** The Euclidean norm over the dimensions taken together; its gradient is 0 where it is 0. */
  default Tensor norm(int... dims) {
    return norm(2, false, dims);
  }

  /**
   * {@code (sum |x|^p)^(1/p)} over the dimensions taken together. With p infinite the largest magnitude, minus infinite the
   * smallest, 0 the number of elements that are not 0. Where an element, or the norm, is 0, it has gradient 0.
   *
   * @throws JacquardException if the tensor is not floating
   */
  default Tensor norm(double p, boolean keepDims, int... dims) {
    return Reductions.norm(self(), p, keepDims, dims);
  }

  default Tensor logsumexp(int... dims) {
    return logsumexp(false, dims);
  }

  /** {@code log(sum(exp(x)))} without overflow; minus infinity of nothing. Integers become float32. */
  default Tensor logsumexp(boolean keepDims, int... dims) {
    return Reductions.logSumExp(self(), keepDims, dims);
  }

  /** Summed down to a shape that broadcasts to this one: the opposite of {@link Tensor#expand expand}. Integers become int64. */
  default Tensor sumTo(Shape shape) {
    return Reductions.sumTo(self(), shape);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
