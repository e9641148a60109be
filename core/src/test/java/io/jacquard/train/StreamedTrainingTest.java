package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.HostDataset;
import io.jacquard.expr.Philox;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Training on samples that come from the host: replayed, and the same bits as with the data on the device. */
class StreamedTrainingTest {
  /** Random points; the target is the sign of their first coordinate. With noise, they differ from epoch to epoch. */
  record Points(long size, boolean noisy, long broken) implements HostDataset {
    @Override
    public Spec input() {
      return new Spec(DType.FLOAT32, Shape.of(3));
    }

    @Override
    public Spec target() {
      return new Spec(DType.FLOAT32, Shape.of(1));
    }

    @Override
    public boolean isSteady() {
      return !noisy;
    }

    @Override
    public void read(long sample, long epoch, MemorySegment x, MemorySegment y) {
      if (sample == broken)
        throw new JacquardException("points/" + sample + " cannot be read: it is broken.");
      for (int i = 0; i < 3; i++) {
        float noise = noisy ? Philox.uniform(2, epoch, 3 * sample + i) : 0;
        x.setAtIndex(ValueLayout.JAVA_FLOAT, i, Philox.uniform(1, 0, 3 * sample + i) - 0.5f + noise);
      }
      y.set(ValueLayout.JAVA_FLOAT, 0, Philox.uniform(1, 0, 3 * sample) > 0.5 ? 1 : 0);
    }
  }

  private record Trained(float[] weights, History history) {}

  private static Trained train(HostDataset data, UnaryOperator<Dataset> as, int workers) {
    var result = new Trained[1];
    OnReference.run(7, () -> {
      var model = Sequential.of(new Linear(3, 8), new ReLU(), new Linear(8, 1));
      var loader = DataLoader.shuffled(as.apply(data), 8).workers(workers);
      var history = Trainer.of(model).loss(Loss.bceWithLogits()).optimizer(Adam.of(0.02))
          .metric(Metric.binaryAccuracy(0)).fit(loader, Fit.epochs(3));
      result[0] = new Trained(model.parameters().getFirst().value().toFloats(), history);
    });
    return result[0];
  }

  @Test
  void theSameBitsWhereverTheDataLies() {
    var data = new Points(61, false, -1);
    var resident = train(data, d -> ((HostDataset) d).load(), 0);
    for (int workers : new int[]{0, 1, 4}) {
      var streamed = train(data, d -> d, workers);
      assertEquals(Optional.empty(), streamed.history.notReplayed());
      assertArrayEquals(resident.weights, streamed.weights, workers + " workers");
      assertEquals(resident.history.last("accuracy"), streamed.history.last("accuracy"));
    }
  }

  /** What a fit on a device with memory of its own leaves; each sample has 16 bytes. */
  private static Trained trainNear(HostDataset data, long spare, int epochs, boolean stays) {
    var result = new Trained[1];
    var backend = new ReplayableReference(false);
    backend.spare = spare;
    Device.with(new Device(backend), () -> Generator.with(new Generator(7), () -> {
      try (var _ = Scope.open()) {
        var model = Sequential.of(new Linear(3, 8), new ReLU(), new Linear(8, 1));
        var trainer = Trainer.of(model).loss(Loss.bceWithLogits()).optimizer(Adam.of(0.02));
        trainer.predict(Tensor.zeros(1, 3)).close();
        var optimized = trainer.fit(data, Fit.epochs(1).batchSize(8)); // the optimizer's memory is made
        long before = Device.current().memory().liveBytes();
        var most = new long[1];
        var history = trainer.fit(data, Fit.epochs(epochs).batchSize(8).listener(new TrainingListener() {
          @Override
          public void stepDone(Progress progress) {
            most[0] = Math.max(most[0], Device.current().memory().liveBytes());
          }
        }));
        assertEquals(stays, most[0] - before >= 16 * data.size(), most[0] - before + " bytes more");
        assertEquals(before, Device.current().memory().liveBytes());
        assertEquals(1, optimized.epochs().size());
        result[0] = new Trained(model.parameters().getFirst().value().toFloats(), history);
      }
    }));
    return result[0];
  }

  @Test
  void samplesThatStayTheSameStayOnTheDeviceIfTheyFit() {
    var data = new Points(1037, false, -1).subset(0, 1000);
    var streamed = trainNear(data, 0, 2, false);
    var resident = trainNear(data, 16_000, 2, true);
    assertArrayEquals(streamed.weights, resident.weights);
    assertEquals(streamed.history.last("loss"), resident.history.last("loss"));
    trainNear(data, 15_999, 2, false);
    trainNear(data, 16_000, 1, false);
    trainNear(new Points(1000, true, -1), 16_000, 2, false);
  }

  @Test
  void samplesThatChangeWithTheEpochDoSoForAnyNumberOfWorkers() {
    var data = new Points(61, true, -1);
    var one = train(data, d -> d, 1);
    assertArrayEquals(one.weights, train(data, d -> d, 5).weights);
    var still = train(new Points(61, false, -1), d -> d, 1);
    assertTrue(one.weights[0] != still.weights[0]);
  }

  @Test
  void aSampleThatCannotBeReadEndsTheTrainingWithItsName() {
    OnReference.run(() -> {
      var trainer = Trainer.of(new Linear(3, 1)).loss(Loss.bceWithLogits());
      trainer.fit(new Points(20, false, -1), Fit.epochs(1).batchSize(4));
      long before = Device.current().memory().liveBytes();
      var error = assertThrows(JacquardException.class,
          () -> trainer.fit(new Points(20, false, 13), Fit.epochs(2).batchSize(4)));
      assertEquals("points/13 cannot be read: it is broken.", error.getMessage());
      assertEquals(before, Device.current().memory().liveBytes());
    });
  }

  @Test
  void validationSplitsAndPredictionsWork() {
    OnReference.run(() -> {
      var trainer = Trainer.of(new Linear(3, 1)).loss(Loss.bceWithLogits()).metric(Metric.auc());
      var history = trainer.fit(new Points(50, false, -1),
          Fit.epochs(2).batchSize(4).validationSplit(0.2));
      assertEquals(80, history.samples());
      assertEquals(trainer.evaluate(new Points(50, false, -1).subset(40, 50)).metric(),
          history.last("val_auc"), 1e-12);
    });
  }

  @Test
  void loadersThatCannotBeAreRefused() {
    OnReference.run(() -> {
      var trainer = Trainer.of(new Linear(3, 1)).loss(Loss.bceWithLogits());
      var loader = DataLoader.shuffled(new Points(3, false, -1), 4);
      assertThrows(JacquardException.class, () -> trainer.fit(loader, Fit.epochs(1).validationSplit(0.5)));
      var none = assertThrows(JacquardException.class,
          () -> trainer.fit(loader.dropLast(), Fit.epochs(1)));
      assertEquals("fit: the loader gives no batch: it has 3 samples for batches of 4.", none.getMessage());
    });
  }
}
