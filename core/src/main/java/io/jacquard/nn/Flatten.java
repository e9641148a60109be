package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * Joins all dimensions but the first: [N, 1, 28, 28] becomes [N, 784].
 *
 * <pre>{@code
 * var model = Sequential.of(new Flatten(), new Linear(784, 10));
 * model.call(Tensor.zeros(32, 1, 28, 28)).shape();   // [32, 10]
 * }</pre>
 */
public final class Flatten extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.flatten(1);
  }
}
