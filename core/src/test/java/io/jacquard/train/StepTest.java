package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A replayed step computes exactly what the eager one does, and an honest reason is given where it cannot be replayed. */
class StepTest {
  private static final int SAMPLES = 70;

  private static Dataset data() {
    var generator = new Generator(7);
    var x = Tensor.of(generator.normal(SAMPLES * 6), Shape.of(SAMPLES, 6));
    var labels = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) labels[i] = i % 3;
    return new TensorDataset(x, Tensor.of(labels));
  }

  private static Module model() {
    return Sequential.of(new Linear(6, 16), new ReLU(), new Dropout(0.3f), new Linear(16, 3));
  }

  /** Runs {@code body} on a fresh reference device that takes label checks over, as real backends do. */
  private static float[] weights(Function<Module, Module> training) {
    var result = new float[1][];
    Device.with(new Device(new ReplayableReference(false)), () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        result[0] = training.apply(model()).parameters().getFirst().value().toFloats();
      }
    }));
    return result[0];
  }

  @Test
  void replayedStepsEqualEagerOnes() {
    var eager = weights(model -> {
      var optimizer = Adam.of(1e-2).over(model);
      var data = data();
      for (int epoch = 0; epoch < 3; epoch++) {
        for (var batch : DataLoader.shuffled(data, 8)) {
          try (var _ = Scope.open()) {
            Generator.current().beginStep();
            optimizer.zeroGrad();
            Loss.crossEntropy().of(model.call(batch.x()), batch.y()).backward();
            optimizer.step();
          }
        }
      }
      return model;
    });
    var replayed = weights(model -> {
      var history = Trainer.of(model).optimizer(Adam.of(1e-2)).fit(data(), Fit.epochs(3).batchSize(8));
      assertEquals(Optional.empty(), history.notReplayed());
      return model;
    });
    assertArrayEquals(eager, replayed, "not the same bits");
  }

  @Test
  void aStepThatTalksToTheHostStaysEagerAndSaysWhy() {
    weights(model -> {
      var chatty = new Module() {
        final Module inner = add("inner", model);

        @Override
        protected Tensor forward(Tensor x) {
          var y = inner.call(x);
          return y.mul(y.sum().item() > 1e9 ? 2 : 1);
        }
      };
      var history = Trainer.of(chatty).fit(data(), Fit.epochs(1).batchSize(8));
      assertTrue(history.notReplayed().orElseThrow().contains("download"), history.notReplayed().toString());
      return model;
    });
  }

  @Test
  void aStepThatChangesEachTimeStaysEagerAndSaysWhy() {
    weights(model -> {
      var restless = new Module() {
        final Module inner = add("inner", model);
        int calls;

        @Override
        protected Tensor forward(Tensor x) {
          return inner.call(x.mul(1 + ++calls * 1e-3));
        }
      };
      var history = Trainer.of(restless).fit(data(), Fit.epochs(1).batchSize(8));
      assertTrue(history.notReplayed().orElseThrow().contains("differ"), history.notReplayed().toString());
      return model;
    });
  }

  @Test
  void memoryDoesNotGrowFromStepToStep() {
    weights(model -> {
      var trainer = Trainer.of(model);
      var data = data();
      var device = Device.current();
      trainer.fit(data, Fit.epochs(1).batchSize(8));
      long before = device.memory().liveBytes();
      trainer.fit(data, Fit.epochs(2).batchSize(8));
      assertEquals(before, device.memory().liveBytes());
      return model;
    });
  }
}
