package io.jacquard.golden;

import io.jacquard.optim.Adam;
import io.jacquard.optim.SGD;

/** Parameters after each of ten steps: families/optimizers.py. */
final class GoldenOptimizers {
  private GoldenOptimizers() {}

  static void register(GoldenOps ops) {
    ops.optimizer("SGD", GoldenTolerance.USUAL,
        a -> new SGD(a.number("lr"), a.number("momentum", 0), a.number("weight_decay", 0)));
    ops.optimizer("Adam", GoldenTolerance.USUAL, a -> {
      var betas = a.has("betas") ? a.numbers("betas") : new double[]{0.9, 0.999};
      return new Adam(a.number("lr"), betas[0], betas[1], a.number("eps", 1e-8), a.number("weight_decay", 0));
    });
  }
}
