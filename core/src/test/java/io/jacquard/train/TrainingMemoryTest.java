package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.data.DataLoader;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Training holds no more device memory after a step, an epoch or an exception than before it. */
class TrainingMemoryTest {
  private static long live() {
    return Device.current().memory().liveBytes();
  }

  @Test
  void epochsHoldTheSameMemory() {
    OnReference.run(() -> {
      var data = TrainerTest.points(20);
      var afterStep = new HashSet<Long>();
      var afterEpoch = new ArrayList<Long>();
      var trainer = Trainer.of(TrainerTest.classifier()).metric(Metric.accuracy());
      var fit = Fit.epochs(4).batchSize(5).validationSplit(0.25).listener(new TrainingListener() {
        @Override
        public void stepDone(Progress progress) {
          afterStep.add(live());
        }

        @Override
        public void epochDone(Epoch epoch) {
          afterEpoch.add(live());
        }
      });
      trainer.fit(data, fit);
      assertEquals(1, afterStep.size(), "bytes after steps: " + afterStep);
      assertEquals(1, new HashSet<>(afterEpoch).size(), "bytes after epochs: " + afterEpoch);
      long after = live();
      assertTrue(after <= afterEpoch.getFirst());
      trainer.fit(data, fit);
      assertEquals(after, live(), "a second fit");
    });
  }

  @Test
  void predictionLeavesItsResultAlone() {
    OnReference.run(() -> {
      var trainer = Trainer.of(TrainerTest.classifier());
      var x = Tensor.ones(16, 2);
      long before = live();
      try (var _ = Scope.open()) {
        trainer.predict(x);
        assertEquals(before + 16 * 2 * Float.BYTES, live());
      }
      assertEquals(before, live());
      trainer.evaluate(TrainerTest.points(8));
    });
  }

  @Test
  void aFitThatFailsLeavesNothingBehind() {
    OnReference.run(() -> {
      var data = TrainerTest.points(20);
      var trainer = Trainer.of(TrainerTest.classifier());
      trainer.fit(data, Fit.epochs(1).batchSize(5));
      long before = live();
      var fails = new IllegalStateException("in the listener");
      var thrown = assertThrows(IllegalStateException.class,
          () -> trainer.fit(data, Fit.epochs(1).batchSize(5).listener(new TrainingListener() {
            @Override
            public void stepDone(Progress progress) {
              if (progress.step() == 2) throw fails;
            }
          })));
      assertEquals(fails, thrown);
      assertEquals(before, live());
    });
  }

  @Test
  void anExceptionInForwardBackwardOrLossLeavesNothingBehind() {
    OnReference.run(() -> {
      class Fails extends Module {
        final Linear inside = add("inside", new Linear(2, 3));

        @Override
        protected Tensor forward(Tensor x) {
          return inside.call(x).relu().matmul(Tensor.ones(4, 4));
        }
      }
      var data = TrainerTest.points(6);
      var labels = data.batch(Tensor.arange(6)).y();
      var x = Tensor.ones(6, 2);
      var good = Sequential.of(new Linear(2, 2));
      var bad = Sequential.of(new Linear(2, 2), new Fails());
      var none = Tensor.arange(0);
      var noClasses = labels.add(5);
      long before = live();
      assertThrows(JacquardException.class, () -> step(bad, x, labels));
      assertEquals(before, live(), "forward");
      assertThrows(JacquardException.class, () -> step(good, x, none));
      assertThrows(JacquardException.class, () -> step(good, x, noClasses));
      assertEquals(before, live(), "loss");
      try (var _ = Scope.open()) {
        var loss = Loss.crossEntropy().of(good.call(x), labels);
        loss.backward(); // the gradients have come to stay
        assertThrows(JacquardException.class, loss::backward);
      }
      long withGradients = live();
      try (var _ = Scope.open()) {
        var loss = Loss.crossEntropy().of(good.call(x), labels);
        loss.backward();
        assertThrows(JacquardException.class, loss::backward);
      }
      assertEquals(withGradients, live(), "backward");
    });
  }

  private static void step(Module model, Tensor x, Tensor labels) {
    try (var _ = Scope.open()) {
      Loss.crossEntropy().of(model.call(x), labels).backward();
    }
  }

  @Test
  void theLoopWrittenByHandHoldsTheSameMemory() {
    OnReference.run(() -> {
      var data = TrainerTest.points(12);
      var model = TrainerTest.classifier();
      var optimizer = Adam.of(0.01).over(model);
      var lossFn = Loss.crossEntropy();
      var held = new HashSet<Long>();
      for (int epoch = 0; epoch < 3; epoch++) {
        for (var batch : DataLoader.shuffled(data, 4)) {
          try (var _ = Scope.open()) {
            Generator.current().beginStep();
            optimizer.zeroGrad();
            lossFn.of(model.call(batch.x()), batch.y()).backward();
            optimizer.step();
          }
        }
        held.add(live());
      }
      assertEquals(1, held.size(), "bytes after epochs: " + held);
    });
  }
}
