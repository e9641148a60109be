package io.jacquard.cli.bench;

import io.jacquard.nn.Linear;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.Rule;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/** An optimizer's step on one large parameter that has a gradient. */
final class UpdateWork implements Work {
  private static final int ROW = 1 << 10;

  private final Device device = Device.current();
  private final Linear layer;
  private final Optimizer optimizer;

  UpdateWork(Rule rule, long count) {
    try (var _ = Scope.open()) {
      layer = new Linear(ROW, Math.toIntExact(count / ROW), false);
      optimizer = rule.over(layer);
      var weight = layer.weight();
      // The gradient of sum(w * g) is g.
      weight.value().mul(Tensor.uniform(-1, 1, weight.shape())).sum().backward();
    }
  }

  @Override
  public double nanos(int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) optimizer.step();
    device.backend().synchronize();
    return (System.nanoTime() - start) / (double) times;
  }

  @Override
  public float[] result() {
    return Holdings.sample(layer.weight().value());
  }

  @Override
  public void close() {
    device.memory().flush();
  }
}
