package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.ops.Choice;
import io.jacquard.ops.Gather;
import io.jacquard.ops.Indexing;
import io.jacquard.ops.RequireRange;

/** Choosing elements of a {@link Tensor} by index. */
sealed interface TensorSelection extends Shaped permits Tensor {
  /** Rows along dimension 0, chosen by a 1-D index of int32 or int64; the gradient adds up where rows repeat. */
  default Tensor gatherRows(Tensor index) {
    return Tensor.apply(new Gather(), self(), index)[0];
  }

  /** Indices of a dimension, chosen by a 1-D index of int32 or int64; the gradient adds up where they repeat. */
  default Tensor indexSelect(int dim, Tensor index) {
    int d = shape().dim("index_select", dim);
    return self().movedim(d, 0).gatherRows(index).movedim(0, d);
  }

  /**
   * Elements along a dimension, each by its own index: {@code out[i][j] = x[index[i][j]][j]} for dimension 0. The result has
   * the index's shape; in the other dimensions that may be smaller. Gradients add up in a fixed order.
   *
   * @param index int32 or int64, with as many dimensions as this tensor
   * @throws JacquardException on a number outside the dimension; negative ones do not count from the end
   */
  default Tensor gather(int dim, Tensor index) {
    return Indexing.gather(self(), dim, index, true);
  }

  /** As {@link #gather}, with all other dimensions of tensor and index broadcast: what {@code argsort} gives fits. */
  default Tensor takeAlongDim(Tensor index, int dim) {
    return Indexing.takeAlongDim(self(), index, dim);
  }

  /**
   * This tensor with elements of {@code source} put in its place: {@code out[index[i][j]][j] = source[i][j]} for dimension 0.
   * Of several for one place the last in row-major order stays, and it alone has a gradient; PyTorch leaves both open.
   *
   * @param source of this tensor's type, in no dimension smaller than the index
   * @throws JacquardException on a number outside the dimension
   */
  default Tensor scatter(int dim, Tensor index, Tensor source) {
    return Indexing.scatter(self(), dim, index, source);
  }

  /** As {@link #scatter(int, Tensor, Tensor)}, with one value for all places. */
  default Tensor scatter(int dim, Tensor index, double value) {
    return Indexing.scatter(self(), dim, index, value);
  }

  /**
   * This tensor with elements of {@code source} added: {@code out[index[i][j]][j] += source[i][j]} for dimension 0, in
   * row-major order, so that the same input gives the same bits.
   *
   * @param source of this tensor's type, in no dimension smaller than the index
   * @throws JacquardException on a number outside the dimension
   */
  default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
    return Indexing.scatterAdd(self(), dim, index, source);
  }

  /** {@code value} where the mask, which broadcasts, is true; the type stays. */
  default Tensor maskedFill(Tensor mask, double value) {
    return Choice.maskedFill(self(), mask, value);
  }

  /**
   * The elements where the mask is true, in row-major order, as one dimension; tensor and mask broadcast.
   *
   * <p>How many there are is read back from the device, so the host waits, and a training step in which this happens cannot
   * be replayed. Where that matters, use {@link #maskedFill}, or {@code where}.
   */
  default Tensor maskedSelect(Tensor mask) {
    return Choice.maskedSelect(self(), mask);
  }

  /**
   * Class numbers as rows of zeros with a one: int64 {@code [...] -> [..., classes]}.
   *
   * @throws JacquardException on a number outside 0 to {@code classes - 1}
   */
  default Tensor oneHot(long classes) {
    Tensor.apply(new RequireRange("one_hot: class", classes, "Check the numbers, or ask for more classes."),
        self().flatten());
    var all = HostData.arange(self().device(), classes);
    return self().unsqueeze(-1).eq(all).to(DType.INT64);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
