package io.jacquard.nn;

import io.jacquard.expr.Scalar;

/** {@code max(0, x)} as PyTorch's losses have it: a NaN stays one, and at 0 the gradient passes. */
final class Hinge {
  private Hinge() {}

  static Scalar of(Scalar x) {
    return x.lt(0).where(x.constantFor(0), x);
  }
}
