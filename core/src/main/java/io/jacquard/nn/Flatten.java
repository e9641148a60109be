package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** Joins all dimensions but the first: [N, 1, 28, 28] becomes [N, 784]. */
public final class Flatten extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.flatten(1);
  }
}
