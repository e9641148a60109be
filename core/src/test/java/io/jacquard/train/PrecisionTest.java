package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.contract.HalvesBackend;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.Safetensors;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.GradClip;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings whose products are computed in halves. */
class PrecisionTest {
  private static void onHalves(Runnable body) {
    try (var backend = new HalvesBackend(DType.BFLOAT16, DType.FLOAT16)) {
      Generator.with(new Generator(5), () -> Device.with(new Device(backend), body));
    }
  }

  /** Squares of 6x6 with a bright left or right half. */
  private static TensorDataset halves(int count) {
    var random = new SplittableRandom(1);
    var x = new float[count * 36];
    var y = new float[2 * count]; // as probabilities: labels are checked by the host where nothing else does
    for (int i = 0; i < count; i++) {
      int side = random.nextInt(2);
      y[2 * i + side] = 1;
      for (int p = 0; p < 36; p++)
        x[i * 36 + p] = (p % 6 < 3 == (side == 0) ? 1 : 0) + (float) random.nextDouble(0.5);
    }
    return new TensorDataset(Tensor.of(x, Shape.of(count, 1, 6, 6)), Tensor.of(y, Shape.of(count, 2)));
  }

  private static Module mlp() {
    return Sequential.of(new Flatten(), new Linear(36, 8), new ReLU(), new Linear(8, 2));
  }

  private static Module cnn() {
    return Sequential.of(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2), new Flatten(),
        new Linear(16, 2));
  }

  private static History learn(Supplier<Module> make, Precision precision) {
    var trainer = Trainer.of(make.get()).optimizer(Adam.of(0.02)).precision(precision);
    var history = trainer.fit(halves(96), Fit.epochs(6).batchSize(16).clip(GradClip.byNorm(5)));
    double loss = trainer.evaluate(halves(64)).loss();
    assertTrue(loss < 0.25, precision + ": " + loss);
    assertEquals(DType.FLOAT32, trainer.predict(Tensor.zeros(1, 1, 6, 6)).dtype());
    return history;
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "TF32")
  void networksLearnAndTheirStepsAreReplayed(Precision precision) {
    onHalves(() -> {
      assertEquals(Optional.empty(), learn(PrecisionTest::mlp, precision).notReplayed());
      assertEquals(Optional.empty(), learn(PrecisionTest::cnn, precision).notReplayed());
    });
  }

  @Test
  void aDeviceWithoutSuchProductsIsNamed() {
    OnReference.run(() -> {
      var trainer = Trainer.of(mlp());
      var e = assertThrows(JacquardException.class, () -> trainer.precision(Precision.FLOAT16));
      assertTrue(e.getMessage().contains("has no products of float16"), e.getMessage());
      assertTrue(e.getMessage().endsWith("Use float32 there."), e.getMessage());
      trainer.precision(Precision.FLOAT32);
    });
    try (var backend = new HalvesBackend(DType.BFLOAT16)) {
      var e = assertThrows(JacquardException.class, () -> Precision.FLOAT16.require(backend.info()));
      assertTrue(e.getMessage().endsWith("Use float32 or bfloat16 there."), e.getMessage());
      assertTrue(Precision.BFLOAT16.isOn(backend.info()));
    }
  }

  /** A loss whose gradient overflows float16 once it is scaled. */
  private static Loss steep(double factor) {
    return (logits, y) -> Loss.crossEntropy().of(logits, y).mul(factor);
  }

  @Test
  void stepsThatOverflowAreLeftOutUntilTheScaleFits(@TempDir Path folder) {
    onHalves(() -> {
      var model = mlp();
      var file = folder.resolve("training.safetensors");
      var trainer = Trainer.of(model).loss(steep(1000)).optimizer(Adam.of(0.01))
          .precision(Precision.FLOAT16);
      var history = trainer.fit(halves(96), Fit.epochs(2).batchSize(16)
          .checkpoints(Checkpoints.to(file)));
      assertEquals(Optional.empty(), history.notReplayed());
      try (var arena = Arena.ofConfined()) {
        var saved = Safetensors.read(file, arena).tensors();
        float scale = saved.get("scaler.scale").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        long steps = saved.get("optimizer.1.weight.step").data()
            .get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        long left = Math.round(Math.log(65536 / scale) / Math.log(2));
        assertTrue(left > 0 && left < 12, "scale " + scale);
        assertEquals(12 - left, steps);
      }
    });
  }

  @Test
  void aTrainingThatGoesOnKeepsTheScale(@TempDir Path folder) {
    var whole = train(Checkpoints.to(folder.resolve("whole")), Long.MAX_VALUE);
    var file = folder.resolve("parts");
    train(Checkpoints.to(file), 9);
    assertArrayEquals(whole, train(Checkpoints.to(file).resume(), Long.MAX_VALUE));
  }

  /** The first weights after three epochs of six steps, or after fewer steps. */
  private static float[] train(Checkpoints checkpoints, long steps) {
    var weights = new float[1][];
    onHalves(() -> {
      var model = mlp();
      Trainer.of(model).loss(steep(1000)).optimizer(Adam.of(0.01)).precision(Precision.FLOAT16)
          .fit(halves(96),
              Fit.epochs(3).batchSize(16).checkpoints(checkpoints).listener(new StopAfter(steps)));
      weights[0] = model.parameters().getFirst().value().toFloats();
    });
    return weights[0];
  }

  @Test
  void tf32IsAllowedForATrainingAndItsEvaluationsOnly() {
    var backend = new ReplayableReference(false);
    Device.with(new Device(backend), () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.zeros(8, 2);
        var data = new TensorDataset(x, x);
        var trainer = Trainer.of(new Linear(2, 2)).loss(Loss.mse()).precision(Precision.TF32);
        trainer.fit(data, Fit.epochs(1).validation(data));
        assertEquals(List.of(true, true, true, false), backend.allowed,
            "a fit, and a validation inside of it");
        trainer.predict(x);
        assertEquals(List.of(true, false), backend.allowed.subList(4, 6));
        trainer.precision(Precision.FLOAT32).evaluate(data);
        assertEquals(List.of(false, false), backend.allowed.subList(6, 8));
      }
    });
    OnReference.run(() -> {
      var e = assertThrows(JacquardException.class,
          () -> Trainer.of(new Linear(2, 2)).precision(Precision.TF32));
      assertTrue(e.getMessage().endsWith("none in TF32. Use float32 there."), e.getMessage());
    });
  }
}
