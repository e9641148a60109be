package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.FailingDisk;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Lambda;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Lion;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.optim.WeightAverage;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that was interrupted anywhere and goes on ends with the bits of one that was not. */
class ResumeTest {
  private static final int SAMPLES = 44;
  private static final int BATCH = 8;
  private static final int EPOCHS = 3;
  private static final int STEPS = 6; // of an epoch; the last is smaller

  @TempDir
  private Path folder;

  private static final Map<String, Supplier<Module>> MODELS = new LinkedHashMap<>();

  static {
    MODELS.put("dropout",
        () -> Sequential.of(new Linear(4, 6), new ReLU(), new Dropout(0.3), new Linear(6, 2)));
    MODELS.put("batch norm", () -> Sequential.of(new Linear(4, 6), new BatchNorm1d(6), new Linear(6, 2)));
    MODELS.put("layer norm", () -> Sequential.of(new Linear(4, 6), new LayerNorm(6), new Linear(6, 2)));
    MODELS.put("convolution", () -> Sequential.of(new Lambda("image", x -> x.reshape(x.size(0), 1, 2, 2)),
        new Conv2d(1, 3, 2), new ReLU(), new Flatten(), new Linear(3, 2)));
  }

  private static Dataset data() {
    var x = Tensor.of(Generator.current().normal(4 * SAMPLES), Shape.of(SAMPLES, 4));
    return new TensorDataset(x, x.slice(1, 0, 2).argmax(1));
  }

  /** A training's outcome: every value of the model, and what the epochs were measured to be. */
  private record Outcome(List<float[]> values, List<Map<String, Double>> epochs, int steps, long samples) {
    static Outcome of(Module model, History history) {
      return new Outcome(
          model.stateDict().values().stream().map(Tensor::toDoubles).map(ResumeTest::floats).toList(),
          history.epochs().stream().map(e -> Map.copyOf(e.values())).toList(), history.stepNanos().length,
          history.samples());
    }

    void requireSameAs(Outcome whole, String name) {
      assertEquals(whole.epochs, epochs, name);
      assertEquals(whole.steps, steps, name);
      assertEquals(whole.samples, samples, name);
      for (int i = 0; i < values.size(); i++) assertArrayEquals(whole.values.get(i), values.get(i), name);
    }
  }

  private static float[] floats(double[] doubles) {
    var floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) doubles[i];
    return floats;
  }

  /** What a test trains with. */
  private record Setup(Supplier<Module> model, Rule rule, UnaryOperator<Fit> fit, boolean average) {
    Outcome run(UnaryOperator<Fit> more) {
      var outcome = new Outcome[1];
      OnReference.run(() -> {
        var data = data();
        var model = this.model.get();
        var trainer = Trainer.of(model).optimizer(rule).metric(Metric.accuracy(), Metric.f1(2), Metric.auc());
        var mean = average ? WeightAverage.ema(model, 0.9) : null;
        if (mean != null) trainer.average(mean);
        var history = trainer.fit(data,
            more.apply(fit.apply(Fit.epochs(EPOCHS).batchSize(BATCH).validation(data))));
        if (mean != null && history.epochs().size() == EPOCHS) model.loadStateDict(mean.values());
        outcome[0] = Outcome.of(model, history);
      });
      return outcome[0];
    }
  }

  private void cutAndGoOn(Setup setup, String name, int... cuts) {
    var whole = setup.run(fit -> fit);
    for (int cut : cuts) {
      var file = folder.resolve(name + cut);
      setup.run(fit -> fit.checkpoints(Checkpoints.to(file)).listener(new StopAfter(cut)));
      setup.run(fit -> fit.checkpoints(Checkpoints.to(file).resume())).requireSameAs(whole,
          name + " at " + cut);
    }
  }

  @Test
  void goesOnWithTheSameBitsWhateverTheModelAndTheOptimizer() {
    // In an eager step, where steps are recorded, where they are replayed, and at the end of an epoch.
    int[] cuts = {1, STEPS + 4, 2 * STEPS};
    MODELS
        .forEach((name, model) -> cutAndGoOn(new Setup(model, Adam.of(0.01), fit -> fit, false), name, cuts));
    for (var rule : List.of(SGD.of(0.05).withMomentum(0.9), Lion.of(0.002)))
      cutAndGoOn(new Setup(MODELS.get("dropout"), rule, fit -> fit, false), rule.getClass().getSimpleName(),
          cuts);
  }

  @Test
  void everyCutOfAnEpoch() {
    cutAndGoOn(new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false), "every", 2, 3, 4, 5);
  }

  @Test
  void schedulesPlateausAveragesAndSumsOfGradientsGoOn() {
    var model = MODELS.get("dropout");
    cutAndGoOn(new Setup(model, Adam.of(0.01), fit -> fit.schedulePerStep(OneCycle::of), true), "cycle", 3,
        9);
    cutAndGoOn(new Setup(model, Adam.of(0.01), fit -> fit.accumulate(4), false), "sums", 2, 4, 8);
    // A fresh plateau each time, as a new process would make one.
    cutAndGoOn(new Setup(model, SGD.of(0.5), fit -> fit.reduceOnPlateau(
        ReduceOnPlateau.min().patience(0).threshold(0.5), "val_loss"), false), "plateau", 4, 12, 14);
  }

  @Test
  void aTrainingThatIsDoneCanGetMoreEpochs() {
    var setup = new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false);
    var file = folder.resolve("done");
    var done = setup.run(fit -> fit.checkpoints(Checkpoints.to(file)));
    setup.run(fit -> fit.checkpoints(Checkpoints.to(file).resume())).requireSameAs(done,
        "nothing is left to do");
    var more = new Setup(setup.model, setup.rule,
        fit -> new Fit(EPOCHS + 2, fit.batchSize(), 0, fit.validation(), fit.listener(), fit.updates(),
            fit.checkpoints(), List.of()),
        false);
    more.run(fit -> fit.checkpoints(Checkpoints.to(file).resume())).requireSameAs(more.run(fit -> fit),
        "more");
  }

  @Test
  void checkpointsInTimeAreMadeBetweenSteps() {
    var setup = new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false);
    var file = folder.resolve("often");
    var seen = new ArrayList<Integer>();
    var whole = setup.run(fit -> fit.checkpoints(Checkpoints.to(file).every(Duration.ofNanos(1)))
        .listener(new TrainingListener() {
          @Override
          public void stepDone(Progress progress) {
            if (progress.epoch() == 2 && progress.step() == 4) {
              try {
                Files.copy(file, folder.resolve("copy")); // as a kill here would leave it: after step 3
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        }));
    setup.run(fit -> fit.checkpoints(Checkpoints.to(folder.resolve("copy")).resume())
        .listener(new TrainingListener() {
          @Override
          public void goesOn(List<Epoch> epochs) {
            seen.add(epochs.size());
          }
        })).requireSameAs(whole, "from the copy");
    assertEquals(List.of(1), seen);
  }

  @Test
  void whatFailsWhileSavingLeavesTheCheckpointBefore() throws IOException {
    var setup = new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false);
    var whole = setup.run(fit -> fit);
    for (var at : FailingDisk.At.values()) {
      var file = folder.resolve("failing-" + at);
      setup.run(fit -> fit.checkpoints(Checkpoints.to(file)).listener(new StopAfter(4)));
      var before = Files.readAllBytes(file);
      var error = new JacquardException[1];
      FailingDisk.with(at, () -> error[0] = assertThrows(JacquardException.class,
          () -> setup.run(fit -> fit.checkpoints(Checkpoints.to(file).resume()))));
      var what = switch (at) {
        case WRITE -> "No space left on device";
        case FORCE -> "Input/output error";
        case MOVE -> "Read-only file system";
      };
      assertTrue(error[0].getMessage().startsWith(file + " cannot be written: " + what
          + ". What was there before is unchanged; "), error[0].getMessage());
      assertArrayEquals(before, Files.readAllBytes(file));
      try (var files = Files.list(folder)) {
        assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")), "no temporary file is left");
      }
      setup.run(fit -> fit.checkpoints(Checkpoints.to(file).resume())).requireSameAs(whole, at.toString());
    }
  }

  @Test
  void whatAKilledWriterLeftIsRemoved() throws IOException {
    var file = folder.resolve("c");
    var left = Files.writeString(folder.resolve(".c.01234567-89ab-cdef-0123-456789abcdef.tmp"), "half");
    var other = Files.writeString(folder.resolve(".d.01234567-89ab-cdef-0123-456789abcdef.tmp"), "another's");
    new Setup(MODELS.get("dropout"), SGD.of(0.1), fit -> fit, false)
        .run(fit -> fit.checkpoints(Checkpoints.to(file)).listener(new StopAfter(1)));
    assertTrue(!Files.exists(left) && Files.exists(other) && Files.exists(file));
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    var setup = new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false);
    var file = folder.resolve("c");
    setup.run(fit -> fit.checkpoints(Checkpoints.to(file)).listener(new StopAfter(4)));
    var whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at += whole.length / 37) {
      var damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      refused(setup, file, file.toString());
    }
    for (int length : new int[]{0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(setup, file, "cut short");
    }
  }

  private static void refused(Setup setup, Path file, String says) {
    var error = assertThrows(JacquardException.class,
        () -> setup.run(fit -> fit.checkpoints(Checkpoints.to(file).resume())));
    assertTrue(error.getMessage().contains(says) || error.getMessage().contains("not a valid"),
        error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefusedInWords() throws IOException {
    var setup = new Setup(MODELS.get("dropout"), Adam.of(0.01), fit -> fit, false);
    var file = folder.resolve("c");
    setup.run(fit -> fit.checkpoints(Checkpoints.to(file)).listener(new StopAfter(4)));
    refused(new Setup(MODELS.get("layer norm"), setup.rule, fit -> fit, false), file,
        "The values do not fit Sequential");
    refused(new Setup(setup.model, SGD.of(0.1), fit -> fit, false), file,
        "The state does not fit this optimizer");
    refused(new Setup(setup.model, setup.rule, fit -> fit.batchSize(4), false), file,
        "begun with other data: 44 samples (");
    refused(setup, folder.resolve("none"), "no such file");
    var plain = folder.resolve("plain");
    OnReference.run(() -> ModelFile.save(new Linear(1, 1), plain, Map.of()));
    refused(setup, plain, "is not a checkpoint: its format is not said");
    var error = assertThrows(JacquardException.class, () -> OnReference.run(() -> {
      var data = data();
      Generator.with(new Generator(7), () -> Trainer.of(setup.model.get()).optimizer(setup.rule)
          .fit(data, Fit.epochs(2).batchSize(BATCH).checkpoints(Checkpoints.to(file).resume())));
    }));
    assertTrue(error.getMessage().contains("was begun with seed 42, here it is 7"), error.getMessage());
    error = assertThrows(JacquardException.class, () -> OnReference.run(() -> {
      var data = data();
      Trainer.of(setup.model.get()).optimizer(setup.rule)
          .fit(data, Fit.epochs(2).batchSize(BATCH).checkpoints(Checkpoints.to(file).resume()));
    }));
    assertTrue(error.getMessage().contains("begun with the metrics [accuracy, f1, auc], here they are []"),
        error.getMessage());
    error = assertThrows(JacquardException.class, () -> Checkpoints.to(file).every(Duration.ZERO));
    assertTrue(error.getMessage().contains("expected a time above 0"), error.getMessage());
  }

  @Test
  void aWalkGoesOnAfterItsFirstBatches() {
    OnReference.run(() -> {
      var loader = DataLoader.shuffled(data(), BATCH);
      long draws = Generator.current().draws();
      var whole = new ArrayList<float[]>();
      try (var walk = loader.walk(0)) {
        walk.forEachRemaining(batch -> whole.add(batch.x().toFloats()));
      }
      Generator.current().goOnAfter(draws);
      try (var walk = loader.walk(0, 4)) {
        assertArrayEquals(whole.get(4), walk.next().x().toFloats());
        assertArrayEquals(whole.get(5), walk.next().x().toFloats());
        assertTrue(!walk.hasNext());
      }
      assertThrows(JacquardException.class, () -> loader.walk(0, 7));
    });
  }
}
