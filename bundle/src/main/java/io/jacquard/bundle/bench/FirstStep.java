package io.jacquard.bundle.bench;

import io.jacquard.benchmarks.ManyDigits;
import io.jacquard.data.Mnist;
import io.jacquard.models.Models;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;

/**
 * A process that begins to train: it says when its first step is done ({@code step}), or trains until the test accuracy is
 * reached ({@code accuracy SHARE EPOCHS}) and says how long that took, from the first batch to the evaluation that passed.
 */
public final class FirstStep {
  private static final int BATCH = 128;

  private FirstStep() {}

  /** Arguments: the device, then what to do. */
  public static void main(String[] args) {
    var device = Backends.discover().open(args[0]);
    Device.with(device, () -> Generator.with(new Generator(1), () -> {
      if (args[1].equals("step")) step(device);
      else accuracy(device, Double.parseDouble(args[2]), Integer.parseInt(args[3]));
    }));
    Runtime.getRuntime().halt(0);
  }

  private static void step(Device device) {
    var data = ManyDigits.of(1000);
    Trainer.of(Models.mlp()).fit(data, Fit.epochs(1).batchSize(64).listener(new TrainingListener() {
      @Override
      public void stepDone(Progress progress) {
        device.backend().synchronize();
        System.out.println("@step " + progress.step());
        System.out.flush();
        Runtime.getRuntime().halt(0);
      }
    }));
  }

  private static void accuracy(Device device, double share, int epochs) {
    var digits = Mnist.load();
    var trainer = Trainer.of(Models.cnn()).optimizer(Adam.of(1e-3)).metric(Metric.accuracy());
    // Kernels are loaded, and compiled, before the clock starts: by a network of its own.
    var warm = Trainer.of(Models.cnn()).optimizer(Adam.of(1e-3)).metric(Metric.accuracy());
    warm.fit(digits.train().subset(0, 8 * BATCH), Fit.epochs(1).batchSize(BATCH));
    warm.evaluate(digits.test().subset(0, 1000));
    device.backend().synchronize();
    long start = System.nanoTime();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      trainer.fit(digits.train(), Fit.epochs(1).batchSize(BATCH));
      double found = trainer.evaluate(digits.test()).metric();
      double seconds = (System.nanoTime() - start) * 1e-9;
      System.out.println("@accuracy " + found + " " + seconds + " " + epoch + " " + digits.source());
      System.out.flush();
      if (found >= share) return;
    }
  }
}
