package io.jacquard.peers;

import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Leaf;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.stream.DoubleStream;

/** A layer on an input: its result, or the gradients of input and parameters. */
final class JacquardLayer implements Task {
  private final Module layer;
  private final Leaf leaf = new Leaf();
  private final Tensor x;
  private final Tensor gradient;
  private final boolean backward;

  /**
   * Takes over the tensors.
   *
   * @param gradient what arrives for the layer's result
   * @param backward whether gradients are computed
   */
  JacquardLayer(Module layer, Tensor x, Tensor gradient, boolean backward) {
    this.layer = layer;
    this.x = x.withLeaf(leaf);
    this.gradient = gradient;
    this.backward = backward;
  }

  private void once() {
    if (backward) {
      leaf.clear();
      for (var p : layer.parameters()) p.leaf().clear();
      layer.call(x).backward(gradient);
    } else {
      try (var _ = GradMode.noGrad()) {
        layer.call(x);
      }
    }
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      try (var _ = Scope.open()) {
        once();
      }
      nanos[i] = System.nanoTime() - start;
    }
  }

  /** Of the result; or of the input's gradient and then that of the first parameter. */
  @Override
  public double[] check() {
    try (var _ = Scope.open()) {
      if (!backward) {
        try (var _ = GradMode.noGrad()) {
          return JacquardEngine.summary(layer.call(x));
        }
      }
      once();
      return DoubleStream.concat(DoubleStream.of(JacquardEngine.summary(x.grad())),
          DoubleStream.of(JacquardEngine.summary(layer.parameters().getFirst().grad()))).toArray();
    }
  }

  @Override
  public void close() {
    x.close();
    gradient.close();
  }
}
