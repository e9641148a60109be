package io.jacquard.peers;

import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Rule;
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
  static final int STEPS = 200;
  private static final int NOT_COUNTED = 5;

  private final Device device;
  private final Module model;
  private final TensorDataset data;
  private final Loss loss;
  private final Rule rule;
  private final int batch;
  private final double[] losses;
  private final Trainer trainer;

  private JacquardSteps(Device device, Module model, TensorDataset data, Loss loss, Rule rule, int batch) {
    this.device = device;
    this.model = model;
    this.data = data;
    this.loss = loss;
    this.rule = rule;
    this.batch = batch;
    trainer = Trainer.of(model).optimizer(rule).loss(loss);
    losses = new double[3];
    firstLosses();
  }

  /** Of samples in classes; {@code device} is the current one. Data is stream 100, labels are stream 101. */
  static JacquardSteps classifying(Device device, Module model, Shape sample, int classes, Rule rule,
      int batch,
      int steps) {
    int count = steps * batch;
    try (var _ = Scope.open()) {
      var x = Tensor.of(Numbers.uniform(100, Math.toIntExact(count * sample.numel()), 1),
          sample.insert(0, count));
      var data = new TensorDataset(x, Tensor.of(Numbers.labels(101, count, classes)));
      return new JacquardSteps(device, model, data, Loss.crossEntropy(), rule, batch);
    }
  }

  /** Of sequences of tokens, with another token after each: streams 100 and 101. */
  static JacquardSteps reading(Device device, Module model, LanguageModelSizes sizes, Rule rule, int batch) {
    int count = STEPS * batch;
    int length = sizes.context();
    try (var _ = Scope.open()) {
      var data = new TensorDataset(
          Tensor.of(Numbers.labels(100, count * length, sizes.vocabulary())).reshape(count, length),
          Tensor.of(Numbers.labels(101, count * length, sizes.vocabulary())).reshape(count, length));
      return new JacquardSteps(device, model, data,
          (logits, next) -> Loss.crossEntropy().of(logits.flatten(0, 1), next.flatten(0, 1)), rule, batch);
    }
  }

  /** The losses of the first batches, in their order, by a training written by hand; it goes before the timed one. */
  private void firstLosses() {
    var optimizer = rule.over(model);
    for (int i = 0; i < losses.length; i++) {
      try (var _ = Scope.open()) {
        var samples = data
            .batch(Tensor.arange((long) (i + 1) * batch).slice(0, (long) i * batch, (i + 1L) * batch));
        optimizer.zeroGrad();
        var value = loss.of(model.call(samples.x()), samples.y());
        value.backward();
        optimizer.step();
        losses[i] = value.item();
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
