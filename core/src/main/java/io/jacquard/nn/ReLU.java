package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** max(x, 0). */
public final class ReLU extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.relu();
  }
}
