package io.jacquard.peers;

import io.jacquard.nn.Linear;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.Rule;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/** An optimizer's step on one parameter that has a gradient. */
final class JacquardUpdate implements Task {
  private final Linear layer;
  private final Optimizer optimizer;

  JacquardUpdate(Rule rule, int count) {
    int side = (int) Math.sqrt(count);
    try (var _ = Scope.open()) {
      layer = new Linear(side, count / side, false);
      JacquardEngine.filled(layer);
      optimizer = rule.over(layer);
      // The gradient of sum(w * g) is g.
      var g = Tensor.of(Numbers.uniform(2, count, 1), layer.weight().shape());
      layer.weight().value().mul(g).sum().backward();
    }
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      optimizer.step();
      nanos[i] = System.nanoTime() - start;
    }
  }

  /** After one more step only the direction is the same for contestants that were timed for longer: not compared. */
  @Override
  public double[] check() {
    return new double[]{0};
  }
}
