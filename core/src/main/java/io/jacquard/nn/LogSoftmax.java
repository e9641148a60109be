package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * The logarithm of softmax along a dimension, without overflow.
 *
 * <pre>{@code
 * var model = Sequential.of(new Linear(784, 10), new LogSoftmax(1));
 * Loss.nll().of(model.call(x), labels).backward();
 * }</pre>
 */
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
