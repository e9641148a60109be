package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The curve's means, of losses that it does not ask for after each step. */
class LossCurveTest {
  @Test
  void halvesItsPointsAndMissesNoStep() {
    var losses = new ArrayList<Double>();
    var curve = new LossCurve();
    Device.with(Backends.discover().open("cpu"), () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.arange(350).reshape(Shape.of(350, 1)).div(350);
        Trainer.of(new Linear(1, 1)).loss(Loss.mse()).optimizer(SGD.of(0.01)).fit(
            new TensorDataset(x, x.mul(3)), Fit.epochs(3).batchSize(2).listener(
                TrainingListener.all(curve, new TrainingListener() {
                  @Override
                  public void stepDone(Progress progress) {
                    losses.add(progress.stepLoss());
                  }
                })));
      }
    });
    var values = curve.values();
    assertEquals(525 / 2, values.length, "a mean over two steps each, after 512");
    for (int i = 0; i < values.length; i++)
      assertEquals((losses.get(2 * i) + losses.get(2 * i + 1)) / 2, values[i], 1e-9, "point " + i);
  }
}
