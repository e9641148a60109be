package io.jacquard.tensor;

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

  /** Summed down to a shape that broadcasts to this one: the opposite of {@link #expand}. Integers become int64. */
  default Tensor sumTo(Shape shape) {
    return Reductions.sumTo(self(), shape);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
