package io.jacquard.benchmarks;

import io.jacquard.models.Models;
import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** What the network 784-128-10 says to one picture: from a tensor to logits on the host. */
public class Inference extends OnDevice {
  private Module model;
  private Tensor picture;

  @Override
  void prepare() {
    model = Models.mlp().eval();
    picture = random(1, 1, 28, 28);
  }

  @Benchmark
  public float[] mlp() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return model.call(picture).toFloats();
    }
  }
}
