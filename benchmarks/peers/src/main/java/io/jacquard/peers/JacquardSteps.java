package io.jacquard.peers;

import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;

/** Training steps as {@link Trainer} makes them: from one step's end to the next one's. */
final class JacquardSteps implements Task {
  /** Steps of an epoch, of which the first few, which are recorded and not replayed, do not count. */
  private static final int STEPS = 200;
  private static final int NOT_COUNTED = 5;

  private final Device device;
  private final Module model;
  private final TensorDataset data;
  private final Rule rule;
  private final int batch;
  private final double[] losses;
  private final Trainer trainer;

  JacquardSteps(Device device, Module model, int features, int classes, int batch, String optimizer) {
    this(device, model, Shape.of(features), classes, batch, optimizer);
  }

  /** The current device is {@code device}. Data is stream 100, labels are stream 101. */
  JacquardSteps(Device device, Module model, Shape sample, int classes, int batch, String optimizer) {
    this.device = device;
    this.model = model;
    this.batch = batch;
    rule = optimizer.equals("sgd") ? SGD.of(0.01).withMomentum(0.9) : Adam.of(1e-3);
    int count = STEPS * batch;
    try (var _ = Scope.open()) {
      data = new TensorDataset(
          Tensor.of(Numbers.uniform(100, Math.toIntExact(count * sample.numel()), 1),
              sample.insert(0, count)),
          Tensor.of(Numbers.labels(101, count, classes)));
    }
    trainer = Trainer.of(model).optimizer(rule);
    losses = new double[3];
    firstLosses();
  }

  /** The losses of the first batches, in their order, by a training written by hand; it goes before the timed one. */
  private void firstLosses() {
    var optimizer = rule.over(model);
    for (int i = 0; i < losses.length; i++) {
      try (var _ = Scope.open()) {
        var samples = data
            .batch(Tensor.arange((long) (i + 1) * batch).slice(0, (long) i * batch, (i + 1L) * batch));
        optimizer.zeroGrad();
        var loss = Loss.crossEntropy().of(model.call(samples.x()), samples.y());
        loss.backward();
        optimizer.step();
        losses[i] = loss.item();
      }
    }
  }

  @Override
  public void run(double[] nanos) {
    var clock = new Clock(nanos);
    Device.with(device, () -> {
      while (clock.filled < nanos.length) trainer.fit(data, Fit.epochs(1).batchSize(batch).listener(clock));
    });
  }

  @Override
  public double[] check() {
    return losses.clone();
  }

  private static final class Clock implements TrainingListener {
    private final double[] nanos;
    private int filled;
    private long last;

    Clock(double[] nanos) {
      this.nanos = nanos;
    }

    @Override
    public void stepDone(Progress progress) {
      long now = System.nanoTime();
      if (progress.step() > NOT_COUNTED && filled < nanos.length) nanos[filled++] = now - last;
      last = now;
    }

    @Override
    public boolean wantsStop() {
      return filled == nanos.length;
    }
  }
}
