package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
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
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The training loop on problems that are small enough to know the answer. */
class TrainerTest {
  /** Points whose class is the larger of two coordinates. */
  static Dataset points(int count) {
    var x = Tensor.of(Generator.current().uniform(2 * count, -1, 1), Shape.of(count, 2));
    return new TensorDataset(x, x.argmax(1));
  }

  static Sequential classifier() {
    return Sequential.of(new Linear(2, 8), new ReLU(), new Dropout(0.1), new Linear(8, 2));
  }

  private static Trainer trainer(Module model) {
    return Trainer.of(model).optimizer(Adam.of(0.02)).metric(Metric.accuracy());
  }

  @Test
  void fittingLearns() {
    OnReference.run(() -> {
      var trainer = trainer(classifier());
      var data = points(60);
      var before = trainer.evaluate(data);
      var history = trainer.fit(data, Fit.epochs(12).batchSize(10));
      var after = trainer.evaluate(data);
      assertTrue(after.loss() < 0.5 * before.loss(), before + ", then " + after);
      assertTrue(after.metric() > 0.9, after.toString());
      assertTrue(history.last("loss") < history.epochs().getFirst().value("loss"));
      assertTrue(history.last("accuracy") > 0.8);
    });
  }

  @Test
  void theFirstStepsLossIsTheMeanOverItsSamples() {
    OnReference.run(() -> {
      // A neuron of weight 0 with rate 0 says 0 whatever comes, so the squared errors are known.
      var neuron = new Linear(1, 1);
      neuron.weight().assign(Tensor.zeros(1, 1));
      neuron.bias().assign(Tensor.zeros(1));
      var y = Tensor.of(new float[]{1, 2, 3, 4, 5}, Shape.of(5, 1));
      var trainer = Trainer.of(neuron).loss(Loss.mse()).optimizer(SGD.of(0));
      var history = trainer.fit(new TensorDataset(y, y), Fit.epochs(2).batchSize(2));
      // The last batch has one sample and must count as one, not as half of the others.
      assertEquals((1 + 4 + 9 + 16 + 25) / 5.0, history.epochs().get(0).value("loss"), 1e-5);
      assertEquals(11, history.last("loss"), 1e-5);
      assertEquals(11, trainer.evaluate(new TensorDataset(y, y)).loss(), 1e-5);
      assertEquals(List.of("loss"), List.copyOf(history.epochs().getFirst().values().keySet()));
    });
  }

  @Test
  void evaluationCountsEverySampleOverManyBatches() {
    OnReference.run(() -> {
      // The identity as a model: the class is argmax, and 700 samples are more than one batch of evaluation.
      var model = new Linear(2, 2);
      model.weight().assign(Tensor.of(new float[][]{{1, 0}, {0, 1}}));
      model.bias().assign(Tensor.zeros(2));
      var x = Tensor.of(new float[]{1, 0}, Shape.of(1, 2)).expand(700, 2).contiguous();
      var labels = Tensor.arange(700).ge(630).to(DType.INT64); // wrong for the last 70
      var found = trainer(model).evaluate(new TensorDataset(x, labels));
      assertEquals(0.9, found.metric(), 1e-9);
      assertEquals(700, found.samples());
      double right = Math.log(1 + Math.exp(-1));
      assertEquals(0.9 * right + 0.1 * (1 + right), found.loss(), 1e-5);
      assertEquals("accuracy 0.9000 · loss 0.4133", found.toString());
    });
  }

  @Test
  void historyCountsStepsSamplesAndTimes() {
    OnReference.run(() -> {
      var history = trainer(classifier()).fit(points(25), Fit.epochs(3).batchSize(10));
      assertEquals(3, history.epochs().size());
      assertEquals(List.of(1, 2, 3), history.epochs().stream().map(Epoch::number).toList());
      assertEquals(9, history.stepNanos().length);
      assertEquals(75, history.samples());
      double seconds = 0;
      for (long nanos : history.stepNanos()) {
        assertTrue(nanos > 0);
        seconds += nanos * 1e-9;
      }
      assertEquals(75 / seconds, history.samplesPerSecond(), 1e-6 * history.samplesPerSecond());
      assertTrue(history.stepMillis(0) <= history.stepMillis(0.5));
      assertTrue(history.stepMillis(0.5) <= history.stepMillis(0.9));
      var epoch = history.epochs().get(1);
      assertTrue(epoch.complete());
      assertEquals(25 / epoch.seconds(), epoch.samplesPerSecond(), 1e-6 * epoch.samplesPerSecond());
      assertTrue(epoch.toString().matches("Epoch 2: accuracy 0\\.\\d{4} · loss \\d\\.\\d{4}"),
          epoch.toString());
      var error = assertThrows(JacquardException.class, () -> epoch.value("val_loss"));
      assertTrue(error.getMessage().contains("[accuracy, loss]"), error.getMessage());
    });
  }

  @Test
  void theValidationSplitIsTheEndOfTheSet() {
    OnReference.run(() -> {
      // The held-back samples have the other label: who trained on them could not be so wrong on them.
      var x = Tensor.ones(20, 2);
      var labels = Tensor.arange(20).ge(15).to(DType.INT64);
      var history = trainer(new Linear(2, 2)).fit(new TensorDataset(x, labels),
          Fit.epochs(30).batchSize(5).validationSplit(0.25));
      assertEquals(30 * 3, history.stepNanos().length);
      assertEquals(1, history.last("accuracy"));
      assertEquals(0, history.last("val_accuracy"));
      assertTrue(history.last("val_loss") > history.last("loss"));
      assertEquals(List.of("accuracy", "loss", "val_accuracy", "val_loss"),
          List.copyOf(history.epochs().getFirst().values().keySet()));
    });
  }

  @Test
  void aValidationSetOfItsOwn() {
    OnReference.run(() -> {
      var trainer = trainer(classifier());
      var validation = points(10);
      var history = trainer.fit(points(10), Fit.epochs(2).validation(validation));
      assertEquals(trainer.evaluate(validation).loss(), history.last("val_loss"), 1e-7);
      var error = assertThrows(JacquardException.class,
          () -> Fit.epochs(1).validation(validation).validationSplit(0.1));
      assertTrue(error.getMessage().contains("one of the two"), error.getMessage());
    });
  }

  @Test
  void evaluationAndPredictionLeaveTheModeAsItWas() {
    OnReference.run(() -> {
      var model = classifier();
      var trainer = trainer(model);
      var modes = new ArrayList<Boolean>();
      trainer.fit(points(10), Fit.epochs(2).validation(points(4)).listener(new TrainingListener() {
        @Override
        public void stepDone(Progress progress) {
          modes.add(model.isTraining());
        }

        @Override
        public void epochDone(Epoch epoch) {
          modes.add(model.isTraining());
        }
      }));
      assertEquals(List.of(true, true, true, true), modes);
      var x = Tensor.ones(3, 2);
      var y = trainer.predict(x);
      assertFalse(y.isRecorded());
      assertArrayEquals(y.toFloats(), trainer.predict(x).toFloats(), "without dropout");
      assertTrue(model.isTraining());
      model.eval();
      trainer.evaluate(points(4));
      trainer.predict(x);
      assertFalse(model.isTraining());
    });
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    assertArrayEquals(trained(1), trained(1));
    assertFalse(Arrays.equals(trained(1), trained(2)));
  }

  private static float[] trained(long seed) {
    var all = new float[1][];
    OnReference.run(seed, () -> {
      var model = classifier();
      trainer(model).fit(points(20), Fit.epochs(2).batchSize(8).validationSplit(0.2));
      all[0] = values(model);
    });
    return all[0];
  }

  /**
   * A loss whose step can be replayed here: cross-entropy's cannot, because on the backend of plain loops it fetches the
   * labels to check them.
   */
  private static final Loss REPLAYABLE = (logits, labels) -> Loss.bceWithLogits().of(logits,
      labels.unsqueeze(1).eq(Tensor.arange(2)).to(DType.FLOAT32));

  private static Trainer replaying(Module model) {
    return Trainer.of(model).loss(REPLAYABLE).optimizer(Adam.of(0.02));
  }

  @Test
  void whetherStepsAreReplayedIsSaid() {
    OnReference.run(() -> {
      var replayed = replaying(classifier()).fit(points(40), Fit.epochs(1).batchSize(4));
      assertEquals(Optional.empty(), replayed.notReplayed());
      var eager = trainer(classifier()).fit(points(40), Fit.epochs(1).batchSize(4));
      assertTrue(eager.notReplayed().isPresent());
    });
  }

  /** Most of the fit's steps are replayed, and the last one of an epoch is smaller: both must leave no trace. */
  @Test
  void aFitIsTheLoopWrittenByHandBitForBit() {
    var byHand = new float[1][];
    OnReference.run(3, () -> {
      var data = points(52);
      var model = classifier();
      var optimizer = Adam.of(0.02).over(model);
      for (int epoch = 0; epoch < 2; epoch++) {
        for (var batch : DataLoader.shuffled(data, 8)) {
          try (var _ = Scope.open()) {
            Generator.current().beginStep();
            optimizer.zeroGrad();
            REPLAYABLE.of(model.call(batch.x()), batch.y()).backward();
            optimizer.step();
          }
        }
      }
      byHand[0] = values(model);
    });
    OnReference.run(3, () -> {
      var data = points(52);
      var model = classifier();
      replaying(model).fit(data, Fit.epochs(2).batchSize(8));
      assertArrayEquals(byHand[0], values(model));
    });
  }

  private static float[] values(Module model) {
    return Tensor
        .concat(0, model.stateDict().values().stream().map(Tensor::flatten).toArray(Tensor[]::new))
        .toFloats();
  }

  @Test
  void aListenerMayEvaluateBetweenSteps() {
    assertArrayEquals(listenedTo(false), listenedTo(true));
  }

  private static float[] listenedTo(boolean evaluates) {
    var all = new float[1][];
    OnReference.run(() -> {
      var model = classifier();
      var trainer = replaying(model);
      var data = points(40);
      trainer.fit(data, Fit.epochs(2).batchSize(4).listener(new TrainingListener() {
        @Override
        public void stepDone(Progress progress) {
          if (evaluates) trainer.evaluate(data.subset(0, 5));
        }
      }));
      all[0] = values(model);
    });
    return all[0];
  }

  @Test
  void aListenerMayFreezeALayerBetweenSteps() {
    OnReference.run(() -> {
      var model = classifier();
      var first = (Linear) model.children().get("0");
      var frozenAt = new float[1][];
      replaying(model).fit(points(48), Fit.epochs(1).batchSize(4).listener(new TrainingListener() {
        @Override
        public void stepDone(Progress progress) {
          if (progress.step() == 8) {
            first.freeze();
            frozenAt[0] = first.weight().value().toFloats();
          }
        }
      }));
      assertArrayEquals(frozenAt[0], first.weight().value().toFloats());
    });
  }

  @Test
  void aSecondFitGoesOnWithTheSameOptimizer() {
    OnReference.run(() -> {
      // With full batches in one order and nothing random, twice two epochs are four.
      var once = new Linear(2, 2);
      var twice = new Linear(2, 2);
      twice.loadStateDict(once.stateDict());
      var data = points(6);
      trainer(once).fit(data, Fit.epochs(4).batchSize(6));
      var trainer = trainer(twice);
      trainer.fit(data, Fit.epochs(2).batchSize(6));
      trainer.fit(data, Fit.epochs(2).batchSize(6));
      assertArrayEquals(once.weight().value().toFloats(), twice.weight().value().toFloats(), 1e-6f);
      assertThrows(JacquardException.class, () -> trainer.optimizer(SGD.of(1)));
    });
  }

  @Test
  void aListenerIsToldOfEverythingInOrder() {
    OnReference.run(() -> {
      var told = new ArrayList<String>();
      trainer(classifier()).fit(points(5), Fit.epochs(2).batchSize(3).listener(new TrainingListener() {
        @Override
        public void epochBegins(int epoch, int epochs, long steps) {
          told.add("begin " + epoch + "/" + epochs + " of " + steps);
        }

        @Override
        public void stepDone(Progress p) {
          told.add(p.epoch() + ": " + p.step() + "/" + p.steps() + ", " + p.samples());
          assertTrue(p.loss() > 0 && p.metric() >= 0 && p.metric() <= 1 && p.seconds() > 0);
        }

        @Override
        public void epochDone(Epoch epoch) {
          told.add("done " + epoch.number());
        }
      }));
      assertEquals(
          List.of("begin 1/2 of 2", "1: 1/2, 3", "1: 2/2, 5", "done 1", "begin 2/2 of 2", "2: 1/2, 3",
              "2: 2/2, 5", "done 2"),
          told);
    });
  }

  @Test
  void aListenerStopsTheTrainingAndWhatWasLearnedStays() {
    OnReference.run(() -> {
      var model = classifier();
      var before = model.parameters().getFirst().value().toFloats();
      var history = trainer(model).fit(points(30), Fit.epochs(5).batchSize(10).validationSplit(0.1)
          .listener(new TrainingListener() {
            int steps;

            @Override
            public void stepDone(Progress progress) {
              steps++;
            }

            @Override
            public boolean wantsStop() {
              return steps == 5;
            }
          }));
      assertEquals(5, history.stepNanos().length);
      assertEquals(List.of(true, false), history.epochs().stream().map(Epoch::complete).toList());
      assertFalse(history.epochs().getLast().values().containsKey("val_loss"),
          "an epoch cut short is not validated");
      assertFalse(Arrays.equals(before, model.parameters().getFirst().value().toFloats()));
    });
  }

  @Test
  void epochsCanBePrintedAsTheyEnd() {
    OnReference.run(() -> {
      var lines = new ArrayList<String>();
      trainer(classifier()).fit(points(5),
          Fit.epochs(2).listener(TrainingListener.onEpoch(epoch -> lines.add(epoch.toString()))));
      assertEquals(2, lines.size());
      assertTrue(lines.get(1).startsWith("Epoch 2: accuracy "), lines.get(1));
    });
  }

  @Test
  void aLossThatIsNoNumberNamesBatchAndLayer() {
    OnReference.run(() -> {
      var broken = new Linear(2, 2);
      broken.bias().assign(Tensor.of(0, Float.NaN));
      var model = Sequential.of(new Linear(2, 2), Sequential.of(new ReLU(), broken), new Linear(2, 2));
      var error = assertThrows(JacquardException.class, () -> trainer(model).fit(points(4), Fit.epochs(1)));
      assertTrue(
          error.getMessage().startsWith("The loss is NaN in epoch 1, batch 1: the first result that is not "
              + "finite is that of layer '1.1', Linear(2, 2), whose parameters are not finite themselves"),
          error.getMessage());
    });
  }

  @Test
  void aBatchThatIsNoNumberIsNamedAsTheCause() {
    OnReference.run(() -> {
      var x = new float[12];
      x[11] = Float.NaN;
      var data = new TensorDataset(Tensor.of(x, Shape.of(6, 2)), Tensor.zeros(6).to(DType.INT64));
      var model = new Linear(2, 2);
      var error = assertThrows(JacquardException.class,
          () -> trainer(model).fit(data, Fit.epochs(1).batchSize(6)));
      assertTrue(error.getMessage().contains("batch 1: the batch itself holds values that are not finite"),
          error.getMessage());
      for (float w : model.weight().value().toFloats())
        assertTrue(Float.isFinite(w), "the weights are as they were");
    });
  }

  @Test
  void aRateThatIsTooHighIsStoppedByName() {
    OnReference.run(() -> {
      var x = Tensor.of(new float[]{1, 2, 3, 4}, Shape.of(4, 1));
      var trainer = Trainer.of(new Linear(1, 1)).loss(Loss.mse()).optimizer(SGD.of(10));
      var error = assertThrows(JacquardException.class,
          () -> trainer.fit(new TensorDataset(x, x), Fit.epochs(1000).batchSize(4)));
      assertTrue(error.getMessage().startsWith("The loss is Infinity in epoch "), error.getMessage());
      assertTrue(error.getMessage().contains("smaller learning rate"), error.getMessage());
    });
  }

  @Test
  void fitsThatCannotBeAreRefused() {
    OnReference.run(() -> {
      assertEquals("Fit: epochs is 0, expected 1 or more.",
          assertThrows(JacquardException.class, () -> Fit.epochs(0)).getMessage());
      assertThrows(JacquardException.class, () -> Fit.epochs(1).batchSize(0));
      for (double share : new double[]{-0.1, 1, Double.NaN})
        assertThrows(JacquardException.class, () -> Fit.epochs(1).validationSplit(share));
      var trainer = trainer(classifier());
      var error = assertThrows(JacquardException.class,
          () -> trainer.fit(points(1), Fit.epochs(1).validationSplit(0.1)));
      assertTrue(error.getMessage().contains("none is left to train with"), error.getMessage());
      assertThrows(JacquardException.class, () -> trainer.fit(points(4).subset(0, 0), Fit.epochs(1)));
      assertThrows(JacquardException.class, () -> trainer.evaluate(points(4).subset(0, 0)));
      assertSame(trainer, trainer.loss(Loss.crossEntropy()));
    });
  }
}
