package io.jacquard.golden;

import io.jacquard.nn.Loss;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Ten steps of training, and what came of them: families/training.py. */
final class GoldenTraining {
  /** Rounding of one step moves the weights of the next, and Adam divides by gradients that may be small. */
  private static final GoldenTolerance AFTER_TEN_STEPS = new GoldenTolerance(5e-5, 1e-9,
      "rounding adds up over ten steps");

  private GoldenTraining() {}

  static void register(GoldenOps ops) {
    ops.addAll("train", AFTER_TEN_STEPS, GoldenTraining::train);
  }

  private static List<Tensor> train(GoldenRun r) {
    var model = r.load(GoldenLayers.mlp(r));
    var optimizer = rule(r.text("optimizer")).over(model);
    var lossFn = loss(r.text("loss"));
    var losses = new ArrayList<Tensor>();
    for (int step = 0; step < 10; step++) {
      optimizer.zeroGrad();
      var loss = lossFn.of(model.call(r.in("x")), r.in("target"));
      loss.backward();
      optimizer.step();
      losses.add(loss.detach());
    }
    return List.of(Tensor.stack(0, losses.toArray(Tensor[]::new)), model.call(r.in("x")));
  }

  private static Rule rule(String name) {
    return switch (name) {
      case "SGD" -> SGD.of(0.1).withMomentum(0.9);
      case "Adam" -> Adam.of(0.01);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Loss loss(String name) {
    return switch (name) {
      case "cross_entropy" -> Loss.crossEntropy();
      case "mse" -> Loss.mse();
      case "bce_with_logits" -> Loss.bceWithLogits();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
