package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** 1 / (1 + exp(-x)). */
public final class Sigmoid extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.sigmoid();
  }
}
