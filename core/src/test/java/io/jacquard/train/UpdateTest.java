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
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.optim.Schedule;
import io.jacquard.optim.WeightAverage;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Accumulation, clipping, schedules and weight averages in a fit, whose steps are replayed, against loops by hand. */
class UpdateTest {
  private static Dataset data(int count) {
    var x = Tensor.of(Generator.current().uniform(2 * count, -1, 1), Shape.of(count, 2));
    return new TensorDataset(x, x.mul(x).sub(0.3).contiguous());
  }

  private static Sequential model() {
    return Sequential.of(new Linear(2, 8), new ReLU(), new Linear(8, 2));
  }

  private static Trainer trainer(Module model, Rule rule) {
    return Trainer.of(model).loss(Loss.mse()).optimizer(rule);
  }

  private static float[] values(Module model) {
    return Tensor
        .concat(0, model.stateDict().values().stream().map(Tensor::flatten).toArray(Tensor[]::new))
        .toFloats();
  }

  /** What a fit is told to do, and the same by hand. */
  private interface ByHand {
    void step(Module model, Optimizer optimizer, int epoch, long step);
  }

  private static void assertSameAsByHand(Rule rule, int batches, Fit fit, ByHand afterBackward) {
    var byHand = new float[1][];
    OnReference.run(5, () -> {
      var data = data(8 * batches);
      var model = model();
      var optimizer = rule.over(model);
      long step = 0;
      for (int epoch = 0; epoch < 3; epoch++) {
        for (var batch : DataLoader.shuffled(data, 8)) {
          try (var _ = Scope.open()) {
            Generator.current().beginStep();
            optimizer.zeroGrad();
            Loss.mse().of(model.call(batch.x()), batch.y()).backward();
            afterBackward.step(model, optimizer, epoch, step++);
          }
        }
      }
      byHand[0] = values(model);
    });
    OnReference.run(5, () -> {
      var data = data(8 * batches);
      var model = model();
      var history = trainer(model, rule).fit(data, fit.batchSize(8));
      assertEquals(Optional.empty(), history.notReplayed());
      assertArrayEquals(byHand[0], values(model), "not the same bits");
    });
  }

  @Test
  void clippingByNorm() {
    assertSameAsByHand(Adam.of(0.02), 7, Fit.epochs(3).clip(GradClip.byNorm(0.01)),
        (model, optimizer, _, _) -> {
          assertTrue(GradClip.norm(model.parameters(), 0.01).item() > 0.01);
          optimizer.step();
        });
  }

  @Test
  void clippingByValue() {
    assertSameAsByHand(SGD.of(0.02), 7, Fit.epochs(3).clip(GradClip.byValue(0.01)),
        (model, optimizer, _, _) -> {
          GradClip.value(model.parameters(), 0.01);
          optimizer.step();
        });
  }

  @Test
  void aSchedulePerStep() {
    var cycle = OneCycle.of(21).withMaxLr(0.1);
    assertSameAsByHand(SGD.of(0.02).withMomentum(0.9), 7,
        Fit.epochs(3).schedulePerStep(steps -> OneCycle.of(steps).withMaxLr(0.1)),
        (_, optimizer, _, step) -> {
          optimizer.follow(cycle, step);
          optimizer.step();
        });
  }

  @Test
  void aSchedulePerEpoch() {
    assertSameAsByHand(Adam.of(0.02), 7, Fit.epochs(3).schedulePerEpoch(Schedule.exponential(0.5)),
        (_, optimizer, epoch, _) -> {
          optimizer.setLr(0.02 * Math.pow(0.5, epoch));
          optimizer.step();
        });
  }

  /** 30 samples in batches of 4: seven of 4 and one of 2, three at a time; the last step has 4 + 2 samples. */
  @Test
  void accumulatedBatchesEqualLargeOnes() {
    for (var rule : new Rule[]{SGD.of(0.1), Adam.of(0.01)}) {
      OnReference.run(() -> {
        var data = data(30);
        var large = model();
        var small = model();
        small.loadStateDict(large.stateDict());
        // The same order of samples for both.
        Generator.with(new Generator(1),
            () -> trainer(large, rule).fit(data, Fit.epochs(4).batchSize(12)));
        Generator.with(new Generator(1), () -> {
          var history = trainer(small, rule).fit(data, Fit.epochs(4).batchSize(4).accumulate(3));
          assertEquals(Optional.empty(), history.notReplayed());
          assertEquals(4 * 8, history.stepNanos().length);
        });
        assertArrayEquals(values(large), values(small), 1e-5f);
      });
    }
  }

  @Test
  void accumulatedByHand() {
    OnReference.run(() -> {
      var x = Tensor.of(Generator.current().normal(24), Shape.of(12, 2));
      var model = model();
      var optimizer = SGD.of(0.1).over(model);
      model.call(x).square().mean().backward();
      var whole = model.parameters().getFirst().grad().toFloats();
      optimizer.zeroGrad();
      for (int i = 0; i < 3; i++) model.call(x.slice(0, 4 * i, 4 * i + 4)).square().mean().div(3).backward();
      assertArrayEquals(whole, model.parameters().getFirst().grad().toFloats(), 1e-6f);
    });
  }

  @Test
  void stepsOfTheScheduleAreThoseOfTheOptimizer() {
    OnReference.run(() -> {
      var asked = new ArrayList<Long>();
      var total = new long[1];
      var rates = new ArrayList<Double>();
      var model = model();
      var optimizer = SGD.of(1).over(model);
      Trainer.of(model).loss(Loss.mse()).optimizer(optimizer).fit(data(20),
          Fit.epochs(2).batchSize(4).accumulate(2).schedulePerStep(steps -> {
            total[0] = steps;
            return Schedule.lambda(t -> {
              asked.add(t);
              return 0.1 / (t + 1);
            });
          }).listener(new TrainingListener() {
            @Override
            public void stepDone(Progress progress) {
              rates.add(optimizer.lr());
            }
          }));
      assertEquals(6, total[0]);
      assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), asked);
      assertEquals(List.of(0.1, 0.1, 0.05, 0.05, 0.1 / 3, 0.1 / 4, 0.1 / 4, 0.1 / 5, 0.1 / 5, 0.1 / 6),
          rates);
    });
  }

  @Test
  void whoStopsWaitsForTheStepThatIsUnderWay() {
    OnReference.run(() -> {
      var model = model();
      var history = trainer(model, SGD.of(0.1)).fit(data(40),
          Fit.epochs(2).batchSize(4).accumulate(4).listener(new TrainingListener() {
            @Override
            public boolean wantsStop() {
              return true;
            }
          }));
      assertEquals(4, history.stepNanos().length);
    });
  }

  @Test
  void aPlateauLowersTheRate() {
    OnReference.run(() -> {
      var model = model();
      var optimizer = SGD.of(1e-12).over(model); // so the loss never changes
      var plateau = ReduceOnPlateau.min().patience(1).eps(0);
      Trainer.of(model).loss(Loss.mse()).optimizer(optimizer)
          .fit(data(8), Fit.epochs(5).batchSize(8).validationSplit(0.5).reduceOnPlateau(plateau, "val_loss"));
      assertEquals(1e-14, optimizer.lr(), 1e-20);
      var fails = Fit.epochs(1).reduceOnPlateau(ReduceOnPlateau.min(), "val_loss");
      var error = assertThrows(JacquardException.class,
          () -> trainer(model(), SGD.of(1)).fit(data(8), fails));
      assertTrue(error.getMessage().contains("no value 'val_loss'"), error.getMessage());
    });
  }

  @Test
  void aWeightAverageFollowsReplayedSteps() {
    OnReference.run(() -> {
      var model = model();
      var average = WeightAverage.ema(model, 0.8);
      var expected = new double[1][];
      var history = trainer(model, Adam.of(0.02)).average(average).fit(data(80),
          Fit.epochs(2).batchSize(8).listener(new TrainingListener() {
            @Override
            public void stepDone(Progress progress) {
              var now = Tensor.of(values(model), Shape.of(values(model).length)).to(DType.FLOAT64)
                  .toDoubles();
              if (expected[0] == null) expected[0] = now.clone();
              for (int i = 0; i < now.length; i++) expected[0][i] += 0.2 * (now[i] - expected[0][i]);
            }
          }));
      assertEquals(Optional.empty(), history.notReplayed());
      assertEquals(20, average.updates());
      try (var _ = average.applied()) {
        var found = values(model);
        for (int i = 0; i < found.length; i++) assertEquals(expected[0][i], found[i], 1e-5);
      }
    });
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThrows(JacquardException.class, () -> Fit.epochs(1).accumulate(0));
    var error = assertThrows(JacquardException.class,
        () -> Fit.epochs(1).schedulePerEpoch(Schedule.step(1)).schedulePerStep(Schedule.step(1)));
    assertTrue(error.getMessage().contains("then()"), error.getMessage());
    OnReference.run(() -> {
      var trainer = trainer(model(), SGD.of(0.1));
      trainer.fit(data(8), Fit.epochs(1));
      assertThrows(JacquardException.class, () -> trainer.optimizer(SGD.of(1).over(model())));
    });
  }
}
