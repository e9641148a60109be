package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.Shape;
import io.jacquard.data.GeneratedDigits;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import org.junit.jupiter.api.Test;

/** A network trained on OpenCL and on the CPU: the same weights, order of samples and dropout masks, the same course. */
class TrainingTest {
  private record Course(double[] first, double[] losses, boolean replayed) {}

  private static TensorDataset digits() {
    var digits = GeneratedDigits.digits(1, 0, 640);
    var pixels = new float[digits.images().length];
    for (int i = 0; i < pixels.length; i++) pixels[i] = (digits.images()[i] & 0xff) / 255f;
    var labels = new long[digits.count()];
    for (int i = 0; i < labels.length; i++) labels[i] = digits.labels()[i];
    return new TensorDataset(Tensor.of(pixels).reshape(Shape.of(labels.length, 28, 28)), Tensor.of(labels));
  }

  private static Course train(Device device) {
    var course = new Course[1];
    Generator.with(new Generator(5), () -> Device.with(device, () -> {
      var model = Sequential.of(new Flatten(), new Linear(784, 32), new ReLU(), new Dropout(0.2f),
          new Linear(32, 10));
      var first = model.parameters().getFirst().value().toDoubles();
      var history = Trainer.of(model).loss(Loss.crossEntropy()).optimizer(Adam.of(1e-3f))
          .metric(Metric.accuracy()).fit(digits(), Fit.epochs(3).batchSize(32));
      course[0] = new Course(first, history.epochs().stream().mapToDouble(e -> e.value("loss")).toArray(),
          history.notReplayed().isEmpty());
    }));
    return course[0];
  }

  @Test
  void followsTheCpu() {
    var device = TestDevice.open();
    var cpu = Backends.discover().open("cpu");
    try (var _ = device.backend(); var _ = cpu.backend()) {
      var expected = train(cpu);
      var actual = train(device);
      assertArrayEquals(expected.first, actual.first, "the initial weights");
      for (int e = 0; e < expected.losses.length; e++)
        assertEquals(1, actual.losses[e] / expected.losses[e], 1e-3, "the loss of epoch " + e);
      assertEquals(expected.replayed, actual.replayed);
    }
  }
}
