package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.ops.Gather;
import io.jacquard.ops.RequireRange;

/** Choosing elements of a {@link Tensor} by index. */
sealed interface TensorSelection extends Shaped permits Tensor {
  /** Rows along dimension 0, chosen by a 1-D index of int32 or int64; the gradient adds up where rows repeat. */
  default Tensor gatherRows(Tensor index) {
    return Tensor.apply(new Gather(), self(), index)[0];
  }

  /**
   * Class numbers as rows of zeros with a one: int64 {@code [...] -> [..., classes]}.
   *
   * @throws JacquardException on a number outside 0 to {@code classes - 1}
   */
  default Tensor oneHot(long classes) {
    Tensor.apply(new RequireRange("one_hot: class", classes, "Check the numbers, or ask for more classes."),
        self());
    var all = HostData.arange(self().device(), classes);
    return self().unsqueeze(-1).eq(all).to(DType.INT64);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
