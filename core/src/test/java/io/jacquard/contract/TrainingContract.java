package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.Tanh;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.SGD;
import io.jacquard.optim.WeightAverage;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Checkpoint;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A training with everything in it, on the device and on the backend of plain loops; to inherit.
 *
 * <pre>{@code
 * class CpuTrainingTest extends TrainingContract {
 *   @Override
 *   protected Device device() {
 *     return Backends.discover().open("cpu");
 *   }
 * }
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TrainingContract {
  private Device device;

  /** Opens the device that is tested; called once. */
  protected abstract Device device();

  @BeforeAll
  void openDevice() {
    device = device();
  }

  private static final class Net extends Module {
    final boolean checkpoints;
    final Linear first = add("first", new Linear(5, 37));
    final Linear second = add("second", new Linear(37, 37));
    final Linear last = add("last", new Linear(37, 3));
    private final Dropout dropout = add("dropout", new Dropout(0.2));
    private final Tanh tanh = add("tanh", new Tanh());

    Net(boolean checkpoints) {
      this.checkpoints = checkpoints;
    }

    private Tensor middle(Tensor x) {
      return dropout.call(tanh.call(second.call(x)));
    }

    @Override
    protected Tensor forward(Tensor x) {
      var h = tanh.call(first.call(x));
      return last.call(checkpoints ? Checkpoint.of(this::middle, h) : middle(h));
    }
  }

  /** Weights, then their moving mean. */
  private static float[] trained(Device device, boolean checkpoints) {
    var result = new float[1][];
    Device.with(device, () -> Generator.with(new Generator(6), () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.of(Generator.current().normal(5 * 96), Shape.of(96, 5));
        var y = Tensor.of(Generator.current().normal(3 * 96), Shape.of(96, 3));
        var model = new Net(checkpoints);
        var average = WeightAverage.ema(model, 0.9);
        var optimizer = Optimizer.of(
            AdamW.of(0.01).withAmsgrad().on(model.parameters(key -> key.endsWith("weight"))),
            SGD.of(0.01).withMomentum(0.9).withNesterov().on(model.parameters(key -> key.endsWith("bias"))));
        var history = Trainer.of(model).loss(Loss.mse()).optimizer(optimizer).average(average)
            .fit(new TensorDataset(x, y), Fit.epochs(3).batchSize(8).accumulate(2).clip(GradClip.byNorm(0.5))
                .schedulePerStep(OneCycle::of));
        assertEquals(Optional.empty(), history.notReplayed());
        assertEquals(18, average.updates());
        result[0] = values(model);
        try (var _ = average.applied()) {
          result[0] = concat(result[0], values(model));
        }
      }
    }));
    return result[0];
  }

  private static float[] values(Module model) {
    return Tensor.concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
        .toFloats();
  }

  private static float[] concat(float[] a, float[] b) {
    var both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void aTrainingIsThatOfPlainLoops() {
    var expected = trained(ReferenceBackend.device(), false);
    var found = trained(device, false);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    // Adam's first steps are those of a sign: where a gradient is about 0, rounding decides.
    assertTrue(difference < 1e-3 * largest, difference + " of " + largest);
  }

  @Test
  void aTrainingIsTheSameBitsAgainAndWithCheckpoints() {
    var once = trained(device, false);
    assertArrayEquals(once, trained(device, false));
    assertArrayEquals(once, trained(device, true));
  }
}
