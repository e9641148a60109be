package io.jacquard.bundle.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.data.DataLoader;
import io.jacquard.data.Mnist;
import io.jacquard.models.Models;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Captured;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Precision;
import io.jacquard.train.Trainer;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Small trainings, on MNIST where it is at hand and on generated digits where not: what they reach, and that bits repeat. */
@ExtendWith(Slice.class)
final class Convergence {
  private static final int SEED = 5;
  private static final int SAMPLES = 8_000;
  private static final int FEW = 1_280;

  /** Of {@link Mnist}, as many samples to learn from as are said; on the current device. */
  private interface Body {
    void on(Mnist digits);
  }

  private static void with(Device device, Body body) {
    Device.with(device, () -> Generator.with(new Generator(SEED), () -> {
      try (var _ = Scope.open()) {
        body.on(Mnist.load());
      }
    }));
  }

  private static void learns(Supplier<Module> model, Precision precision, int epochs, double expected) {
    with(Suites.device(), digits -> {
      var trainer = Trainer.of(model.get()).precision(precision).metric(Metric.accuracy());
      var history = trainer.fit(digits.train().subset(0, SAMPLES), Fit.epochs(epochs).batchSize(64));
      assertEquals(Optional.empty(), history.notReplayed(), "why steps were not replayed");
      double found = trainer.evaluate(digits.test().subset(0, 2_000)).metric();
      assertTrue(found >= expected, "accuracy on " + digits.source() + ": expected at least " + expected
          + " after " + epochs + " epochs of " + SAMPLES + ", but was " + found);
    });
  }

  @Test
  void aPerceptronLearnsDigits() {
    learns(Models::mlp, Precision.FLOAT32, 5, 0.9);
  }

  @Test
  void aConvolutionalNetworkLearnsDigits() {
    learns(Models::cnn, Precision.FLOAT32, 1, 0.9);
  }

  @Test
  void aPerceptronLearnsInBfloat16() {
    assumeTrue(Precision.BFLOAT16.isOn(Suites.device().info()), "the device has no products of bfloat16");
    learns(Models::mlp, Precision.BFLOAT16, 5, 0.9);
  }

  @Test
  void aConvolutionalNetworkLearnsInBfloat16() {
    assumeTrue(Precision.BFLOAT16.isOn(Suites.device().info()), "the device has no products of bfloat16");
    learns(Models::cnn, Precision.BFLOAT16, 1, 0.9);
  }

  private static Module perceptron() {
    return Sequential.of(new Flatten(), new Linear(784, 128), new ReLU(), new Linear(128, 10));
  }

  private static Module convolutional() {
    return Sequential.of(new Conv2d(1, 8, 3), new ReLU(), new MaxPool2d(2), new Flatten(),
        new Linear(1352, 10));
  }

  /** Trained by {@link Trainer}, whose steps are recorded and replayed. */
  private static float[] replayed(Device device, Supplier<Module> make) {
    var weights = new float[1][];
    with(device, digits -> {
      var model = make.get();
      var history = Trainer.of(model).fit(DataLoader.inOrder(digits.train().subset(0, FEW), 64),
          Fit.epochs(2));
      assertEquals(Optional.empty(), history.notReplayed(), "why steps were not replayed");
      weights[0] = weights(model);
    });
    return weights[0];
  }

  /** The same training by hand, each operation called for itself. */
  private static float[] eager(Supplier<Module> make) {
    var weights = new float[1][];
    with(Suites.device(), digits -> {
      var model = make.get();
      var optimizer = Adam.of(1e-3).over(model);
      for (int epoch = 0; epoch < 2; epoch++) {
        for (var batch : DataLoader.inOrder(digits.train().subset(0, FEW), 64)) {
          try (var _ = Scope.open()) {
            optimizer.zeroGrad();
            Loss.crossEntropy().of(model.call(batch.x()), batch.y()).backward();
            optimizer.step();
          }
        }
      }
      weights[0] = weights(model);
    });
    return weights[0];
  }

  private static float[] weights(Module model) {
    return Tensor.concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
        .toFloats();
  }

  @Test
  void aPerceptronHasTheSameBitsAgain() {
    assertArrayEquals(replayed(Suites.device(), Convergence::perceptron),
        replayed(Suites.device(), Convergence::perceptron));
  }

  @Test
  void aConvolutionalNetworkHasTheSameBitsAgain() {
    assertArrayEquals(replayed(Suites.device(), Convergence::convolutional),
        replayed(Suites.device(), Convergence::convolutional));
  }

  @Test
  void replayedStepsOfAPerceptronAreThoseByHand() {
    assertArrayEquals(eager(Convergence::perceptron), replayed(Suites.device(), Convergence::perceptron));
  }

  @Test
  void replayedStepsOfAConvolutionalNetworkAreThoseByHand() {
    assertArrayEquals(eager(Convergence::convolutional),
        replayed(Suites.device(), Convergence::convolutional));
  }

  /** Makes the calls of a recorded step one by one. */
  private static final class NoGraphs extends ForwardingBackend {
    NoGraphs(Backend inner) {
      super(inner);
    }

    @Override
    public Optional<Captured> capture(Runnable work) {
      return Optional.empty();
    }
  }

  @Test
  void capturedStepsAreLaunchesOneByOne() {
    var launched = new Device(new NoGraphs(Suites.device().backend()));
    assertArrayEquals(replayed(launched, Convergence::convolutional),
        replayed(Suites.device(), Convergence::convolutional));
  }
}
