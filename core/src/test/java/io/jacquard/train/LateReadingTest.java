package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.data.image.Mix;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.SGD;
import io.jacquard.optim.WeightAverage;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose host hears of its steps late is the one whose host waits for each, bit for bit. */
class LateReadingTest {
  /** 55 batches of 4, and one of 3. */
  private static final int SAMPLES = 223;
  private static final int BATCH = 4;

  /** What a training left behind. */
  private record Left(List<Object> facts, ReplayableReference backend) {}

  /** A training under way: what it is to leave is added to {@code facts}. */
  private record Run(Module model, List<Object> facts) {
    void values(Module of) {
      for (var each : of.stateDict().values()) facts.add(floats(each));
    }

    void history(History history) {
      history.epochs().forEach(e -> facts.add(e.number() + " " + e.complete() + " " + e.values()));
      facts.add(history.stepNanos().length);
      facts.add(history.samples());
      facts.add(Generator.current().draws());
    }
  }

  private static List<Float> floats(Tensor tensor) {
    var list = new ArrayList<Float>();
    for (float each : tensor.to(DType.FLOAT32).toFloats()) list.add(each);
    return list;
  }

  private static Dataset data(int wrong, float wrongInput) {
    var x = new Generator(7).normal(SAMPLES * 6);
    if (wrong >= 0) x[wrong * 6] = wrongInput;
    var labels = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) labels[i] = i % 3;
    return new TensorDataset(Tensor.of(x, Shape.of(SAMPLES, 6)), Tensor.of(labels));
  }

  private static Left run(boolean late, Consumer<Run> training) {
    var backend = new ReplayableReference(late);
    backend.notes = late;
    var facts = new ArrayList<Object>();
    Device.with(new Device(backend), () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        var model = Sequential.of(new Linear(6, 8), new ReLU(), new Dropout(0.3f), new Linear(8, 3));
        var run = new Run(model, facts);
        training.accept(run);
        run.values(model);
      }
    }));
    return new Left(facts, backend);
  }

  private static Left same(Consumer<Run> training) {
    var late = run(true, training);
    var expected = run(false, training).facts;
    assertEquals(expected.size(), late.facts.size());
    for (int i = 0; i < expected.size(); i++) assertEquals(expected.get(i), late.facts.get(i), "fact " + i);
    assertTrue(late.backend.letters.size() > 1);
    return late;
  }

  private static Trainer trainer(Module model) {
    return Trainer.of(model).optimizer(Adam.of(1e-2)).metric(Metric.accuracy());
  }

  @Test
  void plainEpochsWithALastBatchThatIsSmaller() {
    var late = same(run -> {
      var history = trainer(run.model).fit(data(-1, 0), Fit.epochs(2).batchSize(BATCH));
      assertEquals(Optional.empty(), history.notReplayed());
      run.history(history);
    });
    assertEquals(List.of("send 1", "send 0", "await 1", "send 1", "await 0", "send 0", "await 0"),
        late.backend.letters.subList(0, 7),
        "each 16 steps the letter before is opened; the epoch's end waits");
    assertEquals(14, late.backend.letters.size());
  }

  @Test
  void metricsOfAllKindsAndEveryPartOfAnUpdate() {
    same(run -> {
      var average = WeightAverage.ema(run.model, 0.9);
      var optimizer = Optimizer.of(Adam.of(0.01).on(run.model.parameters(key -> key.endsWith("weight"))),
          SGD.of(0.01).withMomentum(0.9).on(run.model.parameters(key -> key.endsWith("bias"))));
      run.history(Trainer.of(run.model).optimizer(optimizer).average(average)
          .metric(Metric.accuracy(), Metric.f1(3))
          .fit(data(-1, 0), Fit.epochs(2).batchSize(BATCH).accumulate(3).clip(GradClip.byNorm(0.5))
              .schedulePerStep(OneCycle::of)));
      run.facts.add(average.updates());
      average.values().values().forEach(each -> run.facts.add(floats(each)));
    });
  }

  @Test
  void mixedBatchesAndSamplesFromTheHost() {
    same(run -> run.history(trainer(run.model).loss(Loss.crossEntropy()).mix(Mix.mixUp(0.4, 3))
        .fit(data(-1, 0), Fit.epochs(1).batchSize(BATCH))));
    same(run -> {
      var model = Sequential.of(new Linear(3, 8), new BatchNorm1d(8), new Linear(8, 1));
      run.history(Trainer.of(model).loss(Loss.bceWithLogits()).optimizer(Adam.of(0.02))
          .fit(new StreamedTrainingTest.Points(131, true, -1), Fit.epochs(2).batchSize(BATCH)));
      run.values(model);
    });
  }

  @Test
  void aListenerThatAsksIsToldTheSameAndOneThatDoesNotWaitsForNothing() {
    same(run -> run.history(trainer(run.model).fit(data(-1, 0),
        Fit.epochs(1).batchSize(BATCH).listener(new TrainingListener() {
          @Override
          public void stepDone(Progress p) {
            if (p.step() % 7 < 3)
              run.facts
                  .add(p.step() + " " + p.samples() + " " + p.loss() + " " + p.stepLoss() + " " + p.metric());
          }
        }))));
  }

  @Test
  void whatStopsStopsAtTheSameStepAndGoesOnFromThere(@TempDir Path folder) {
    same(run -> {
      var file = folder.resolve(run.facts.hashCode() + "" + System.nanoTime());
      var checkpoints = Checkpoints.to(file);
      var fit = Fit.epochs(2).batchSize(BATCH);
      run.history(trainer(run.model)
          .fit(data(-1, 0), fit.listener(new StopAfter(77)).checkpoints(checkpoints)));
      Generator.with(new Generator(3), () -> {
        var again = Sequential.of(new Linear(6, 8), new ReLU(), new Dropout(0.3f), new Linear(8, 3));
        run.history(trainer(again).fit(data(-1, 0), fit.checkpoints(checkpoints.resume())));
        run.values(again);
      });
    });
  }

  /** Sample 91 comes somewhere in the middle of an epoch. */
  @Test
  void aLossThatIsNoNumberLeavesAllAsItWasBeforeItsBatch() {
    for (boolean ends : new boolean[]{false, true}) {
      var told = new ArrayList<String>();
      same(run -> {
        var average = WeightAverage.ema(run.model, 0.9);
        var optimizer = Adam.of(0.01).over(run.model);
        var trainer = Trainer.of(run.model).optimizer(optimizer).average(average).metric(Metric.accuracy());
        var fit = Fit.epochs(3).batchSize(BATCH).schedulePerStep(OneCycle::of);
        if (ends) {
          run.history(trainer.fit(data(91, Float.NaN), fit.callbacks(new TerminateOnNaN(told::add))));
        } else {
          var e = assertThrows(JacquardException.class, () -> trainer.fit(data(91, Float.NaN), fit));
          told.add(e.getMessage());
        }
        run.facts.add(told.getLast());
        run.facts.add(average.updates());
        optimizer.stateDict(run.model).values().forEach(each -> run.facts.add(floats(each)));
        average.values().values().forEach(each -> run.facts.add(floats(each)));
        run.history(trainer.fit(data(-1, 0), Fit.epochs(1).batchSize(BATCH)));
      });
      assertTrue(told.getFirst().contains("the batch itself holds values"), told.getFirst());
    }
  }

  @Test
  void aStreamedBatchIsReadAgainToNameTheCause() {
    same(run -> {
      var model = Sequential.of(new Linear(3, 8), new Linear(8, 1));
      model.parameters().getLast().assign(Tensor.of(new float[]{0}));
      var trainer = Trainer.of(model)
          .loss((prediction, y) -> Loss.bceWithLogits().of(prediction, y).mul(1e38))
          .optimizer(SGD.of(0.02));
      run.facts.add(assertThrows(JacquardException.class,
          () -> trainer.fit(new StreamedTrainingTest.Points(131, true, -1), Fit.epochs(2).batchSize(BATCH)))
          .getMessage());
      run.values(model);
    });
  }

  @Test
  void labelsThatAreRefusedChangeNoWeights() {
    var refused = new ArrayList<String>();
    same(run -> {
      var labels = new long[SAMPLES];
      labels[91] = 3;
      var data = new TensorDataset(Tensor.of(new Generator(7).normal(SAMPLES * 6), Shape.of(SAMPLES, 6)),
          Tensor.of(labels));
      var e = assertThrows(JacquardException.class,
          () -> trainer(run.model).fit(data, Fit.epochs(1).batchSize(BATCH)));
      refused.add(e.getMessage());
    });
    assertEquals(refused.get(0), refused.get(1));
    assertTrue(refused.get(0).contains("label 3 is out of range"), refused.get(0));
  }

  @Test
  void aListenerThatOnlyCountsCausesNoDownload() {
    var backend = new ReplayableReference(true);
    var counts = new ArrayList<Integer>();
    Device.with(new Device(backend), () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        trainer(new Linear(6, 3)).fit(data(-1, 0),
            Fit.epochs(1).batchSize(BATCH).listener(new TrainingListener() {
              @Override
              public void stepDone(Progress p) {
                counts.add(backend.downloads);
              }
            }));
      }
    }));
    assertEquals(counts.get(5), counts.getLast(), "steps are told by letters alone");
    assertArrayEquals(new int[]{56}, new int[]{counts.size()});
  }
}
