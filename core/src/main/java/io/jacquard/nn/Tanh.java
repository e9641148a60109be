package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** The hyperbolic tangent. */
public final class Tanh extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.tanh();
  }
}
