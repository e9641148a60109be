package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.optim.Adam;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A network whose parameters, inputs and results are bfloat16 or float16. */
class HalfNetworkTest {
  private static Sequential network() {
    return Sequential.of(new Conv2d(2, 4, 3), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2), new Flatten(),
        new LayerNorm(16), new Dropout(0), new Linear(16, 3));
  }

  private static void train(Module model, Tensor x) {
    var optimizer = SGD.of(0.1).over(model);
    Loss.crossEntropy().of(model.call(x), Tensor.of(0L, 2, 1, 0)).backward();
    optimizer.step();
    model.eval();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16, 0.01", "BFLOAT16, 0.08"})
  void aStepAndWhatIsPredictedThenAreThoseOfFloat32(DType half, float near) {
    OnReference.run(() -> {
      var random = new SplittableRandom(3);
      var values = new float[4 * 2 * 6 * 6];
      for (int i = 0; i < values.length; i++) values[i] = (float) random.nextDouble(-1, 1);
      var x = Tensor.of(values, Shape.of(4, 2, 6, 6)).to(half);
      var wide = network();
      var narrow = network();
      narrow.loadStateDict(wide.stateDict());
      narrow.to(half);
      train(wide, x.to(DType.FLOAT32));
      train(narrow, x);
      assertEquals(half, narrow.stateDict().get("0.weight").dtype());
      assertEquals(half, narrow.stateDict().get("1.running_mean").dtype());
      assertEquals(DType.INT64, narrow.stateDict().get("1.num_batches_tracked").dtype());
      try (var _ = GradMode.noGrad()) {
        var y = narrow.call(x);
        assertEquals(half, y.dtype());
        assertArrayEquals(wide.call(x.to(DType.FLOAT32)).toFloats(), y.toFloats(), near);
      }
    });
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void anOptimizerStepsInFloat32AndRoundsOnce(DType half) {
    OnReference.run(() -> {
      var wide = new Linear(3, 1);
      wide.to(half).to(DType.FLOAT32);
      var narrow = new Linear(3, 1);
      narrow.loadStateDict(wide.stateDict());
      narrow.to(half);
      var ofWide = Adam.of(0.1).over(wide);
      var ofNarrow = Adam.of(0.1).over(narrow);
      wide.call(Tensor.ones(1, 3)).sum().backward();
      narrow.call(Tensor.ones(1, 3).to(half)).sum().backward();
      ofWide.step();
      ofNarrow.step();
      assertArrayEquals(wide.weight().value().to(half).toFloats(), narrow.weight().value().toFloats());
    });
  }

  @Test
  void aStepBelowTheLastDigitIsLost() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1);
      layer.weight().assign(Tensor.ones(1, 1));
      layer.to(DType.BFLOAT16);
      var optimizer = SGD.of(0.001).over(layer);
      layer.call(Tensor.ones(1, 1).to(DType.BFLOAT16)).sum().backward();
      optimizer.step();
      assertEquals(1, layer.weight().value().item());
    });
  }
}
