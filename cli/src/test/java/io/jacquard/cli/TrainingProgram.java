package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GELU;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adadelta;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Checkpoints;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A small training in a process of its own, which can be ended at any step as by a kill: {@code MODEL OPTIMIZER FILE
 * EPOCHS END}. It saves after each step, goes on where FILE.checkpoint says if there is one, and writes FILE at its end.
 */
final class TrainingProgram {
  static final List<String> MODELS = List.of("linear", "dropout", "batchnorm", "layernorm", "cnn", "wide");
  static final List<String> OPTIMIZERS = List.of("sgd", "adam", "adadelta");
  static final int SAMPLES = 100;
  static final int BATCH = 16;
  static final int STEPS = 7;

  private TrainingProgram() {}

  public static void main(String[] args) {
    var file = Path.of(args[2]);
    var checkpoint = Path.of(args[2] + ".checkpoint");
    int end = Integer.parseInt(args[4]);
    var device = Backends.discover().open("cpu");
    Generator.with(new Generator(5), () -> Device.with(device, () -> {
      var data = data();
      var model = model(args[0]);
      var checkpoints = Checkpoints.to(checkpoint).every(Duration.ofNanos(1));
      var fit = Fit.epochs(Integer.parseInt(args[3])).batchSize(BATCH).validationSplit(0.1)
          .checkpoints(Files.exists(checkpoint) ? checkpoints.resume() : checkpoints);
      Trainer.of(model).optimizer(rule(args[1])).metric(Metric.accuracy()).fit(data,
          fit.listener(haltAt(end)));
      ModelFile.save(model, file, Map.of());
    }));
  }

  /** Ends the process at a step, before that step is saved; never for 0. */
  private static TrainingListener haltAt(int end) {
    return new TrainingListener() {
      private int steps;

      @Override
      public void stepDone(Progress progress) {
        if (++steps == end) Runtime.getRuntime().halt(137);
      }
    };
  }

  static Dataset data() {
    var x = Tensor.of(Generator.current().normal(64 * SAMPLES), Shape.of(SAMPLES, 1, 8, 8));
    return new TensorDataset(x, x.flatten(1).slice(1, 0, 4).argmax(1));
  }

  static Rule rule(String name) {
    return switch (name) {
      case "sgd" -> SGD.of(0.05).withMomentum(0.9);
      case "adam" -> Adam.of(0.01);
      default -> Adadelta.of(1);
    };
  }

  static Module model(String name) {
    return switch (name) {
      case "linear" -> Sequential.of(new Flatten(), new Linear(64, 4));
      case "dropout" ->
        Sequential.of(new Flatten(), new Linear(64, 32), new ReLU(), new Dropout(0.3), new Linear(32, 4));
      case "batchnorm" ->
        Sequential.of(new Flatten(), new Linear(64, 32), new BatchNorm1d(32), new GELU(), new Linear(32, 4));
      case "layernorm" ->
        Sequential.of(new Flatten(), new Linear(64, 32), new LayerNorm(32), new GELU(), new Linear(32, 4));
      case "cnn" ->
        Sequential.of(new Conv2d(1, 8, 3), new ReLU(), new MaxPool2d(2), new Flatten(), new Dropout(0.2),
            new Linear(72, 4));
      default -> Sequential.of(new Flatten(), new Linear(64, 1500), new ReLU(), new Linear(1500, 4));
    };
  }
}
