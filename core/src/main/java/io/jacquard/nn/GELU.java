package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/** x times the normal distribution function of x (Hendrycks, Gimpel 2016), in the exact form with erf. */
public final class GELU extends Module {
  @Override
  protected Tensor forward(Tensor x) {
    return x.gelu();
  }
}
