package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** The logarithm of softmax along a dimension, without overflow. */
public final class LogSoftmax extends Module {
  private final int dim;

  /** Along {@code dim}; negative dimensions count from the last. */
  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.logSoftmax(dim);
  }

  @Override
  public String toString() {
    return "LogSoftmax(" + dim + ")";
  }
}
