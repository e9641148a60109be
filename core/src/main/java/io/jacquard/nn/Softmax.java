package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * exp(x), scaled to sum 1 along a dimension.
 *
 * <pre>{@code
 * var probabilities = new Softmax(1).call(model.call(x));
 * }</pre>
 */
public final class Softmax extends Module {
  private final int dim;

  /** Along {@code dim}; negative dimensions count from the last. */
  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.softmax(dim);
  }

  @Override
  public String toString() {
    return "Softmax(" + dim + ")";
  }
}
