package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.HostDataset;
import io.jacquard.data.Resident;
import io.jacquard.data.image.Mix;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.optim.GradScaler;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.Rule;
import io.jacquard.optim.WeightAverage;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The training loop: fits a model to data, evaluates it, predicts with it.
 *
 * <pre>{@code
 * var trainer = Trainer.of(model).loss(Loss.crossEntropy()).optimizer(Adam.of(1e-3)).metric(Metric.accuracy());
 * var history = trainer.fit(mnist.train(), Fit.epochs(5).batchSize(32).validationSplit(0.1));
 * System.out.println(trainer.evaluate(mnist.test()));
 * }</pre>
 *
 * <p>Without a word it uses cross-entropy and Adam with learning rate 1e-3, and no metric.
 */
public final class Trainer {
  private static final int EVALUATION_BATCH = 500;
  private static final long EVALUATION_BYTES = 16 << 20;

  final Module model;
  Loss loss = Loss.crossEntropy();
  private Rule rule = Adam.of(1e-3);
  List<Metric> metrics = List.of();
  private @Nullable Optimizer optimizer;
  private boolean begun;
  @Nullable
  WeightAverage average;
  @Nullable
  Mix mix;
  Precision precision = Precision.FLOAT32;
  /** Of a training in float16, over all fits. */
  @Nullable
  GradScaler scaler;
  /** Over all fits: what a data set that changes its samples at random is told as the epoch. */
  long walks;

  private Trainer(Module model) {
    this.model = model;
  }

  public static Trainer of(Module model) {
    return new Trainer(model);
  }

  public Trainer loss(Loss loss) {
    this.loss = loss;
    return this;
  }

  public Trainer optimizer(Rule rule) {
    requireNotBegun();
    this.rule = rule;
    optimizer = null;
    return this;
  }

  /** An optimizer with groups of parameters, or one that was used before. */
  public Trainer optimizer(Optimizer optimizer) {
    requireNotBegun();
    this.optimizer = optimizer;
    return this;
  }

  private void requireNotBegun() {
    if (begun) throw new JacquardException("Trainer: training has begun, the optimizer is chosen before.");
  }

  /** Updates a mean of the model's weights after each step; evaluations take the model's own weights. */
  public Trainer average(WeightAverage average) {
    this.average = average;
    return this;
  }

  /** Mixes the samples of each batch in training; metrics see the labels as they were. */
  public Trainer mix(@Nullable Mix mix) {
    this.mix = mix;
    return this;
  }

  /**
   * Computes products in halves, or in TF32, in training and evaluation; losses and metrics see float32.
   *
   * @throws JacquardException if the model's device has no such products
   */
  public Trainer precision(Precision precision) {
    for (var parameter : model.parameters()) precision.require(parameter.device().info());
    this.precision = precision;
    scaler = null;
    return this;
  }

  /** What to measure, instead of what was named before; the first is shown while an epoch goes on. */
  public Trainer metric(Metric... metrics) {
    var all = List.of(metrics);
    Readings.requireDistinct(all);
    this.metrics = all;
    return this;
  }

  /** Trains; calling it again goes on with the same optimizer state. */
  public History fit(Dataset data, Fit fit) {
    long held = fit.validationSplit() == 0
        ? 0
        : Math.max(1, Math.round(data.size() * fit.validationSplit()));
    if (data.size() - held < 1) {
      throw new JacquardException("fit: of " + data.size() + " samples none is left to train with, after "
          + held + " were held back for validation.");
    }
    var training = data.subset(0, data.size() - held);
    var validation = held == 0 ? fit.validation() : data.subset(data.size() - held, data.size());
    return fit(DataLoader.shuffled(training, fit.batchSize()), fit, validation);
  }

  /**
   * Trains with a loader of one's own, which decides on the order and the size of batches: {@code
   * DataLoader.weighted(data, 32, weights)}. Calling it again goes on with the same optimizer state.
   */
  public History fit(DataLoader loader, Fit fit) {
    if (fit.validationSplit() > 0) {
      throw new JacquardException("fit: validationSplit is " + fit.validationSplit()
          + ", but the loader decides on the samples. Give the samples to hold back with validation().");
    }
    if (loader.batches() == 0) {
      throw new JacquardException("fit: the loader gives no batch: it has " + loader.data().size()
          + " samples for batches of " + loader.batchSize() + ".");
    }
    return fit(loader, fit, fit.validation());
  }

  private History fit(DataLoader loader, Fit fit, @Nullable Dataset validation) {
    if (optimizer == null) optimizer = rule.over(model);
    begun = true;
    var steps = optimizer;
    return loader.data().device().backend().namesOperations()
        ? Where.tracked(() -> run(steps, loader, fit, validation))
        : run(steps, loader, fit, validation);
  }

  private History run(Optimizer optimizer, DataLoader loader, Fit fit, @Nullable Dataset validation) {
    var data = loader.data();
    try (var _ = precision.on(data.device());
        var resident = fit.epochs() > 1 && data instanceof HostDataset host ? Resident.of(host) : null;
        var run = new FitRun(this, fit, optimizer,
            resident == null ? loader : loader.over(resident.data()))) {
      return run.run(validation);
    }
  }

  /** The mean loss and metric over a data set, in evaluation mode; the model's mode is then what it was. */
  public Evaluation evaluate(Dataset data) {
    if (data.size() == 0)
      throw new JacquardException("evaluate: the data set has no samples, expected at least one.");
    boolean training = model.isTraining();
    model.eval();
    int batchSize = evaluationBatch(data);
    try (var _ = GradMode.noGrad();
        var _ = precision.on(data.device());
        var readings = new Readings(data.device(), metrics, batchSize);
        var walk = DataLoader.inOrder(data, batchSize).iterator()) {
      while (walk.hasNext()) {
        try (var _ = Scope.open()) {
          var batch = walk.nextInScope();
          var prediction = call(batch.x());
          readings.write(loss.of(prediction, batch.y()), prediction, batch.y());
          readings.read();
          readings.gather(batch.size());
        }
      }
      return new Evaluation(readings.meanLoss(), readings.values(), data.size(),
          Optional.ofNullable(readings.confusion()));
    } finally {
      if (training) model.train();
    }
  }

  /** Fewer at a time where samples are large and come from the host: several batches lie ready in staging memory. */
  private static int evaluationBatch(Dataset data) {
    if (!(data instanceof HostDataset host)) return EVALUATION_BATCH;
    long bytes = Math.max(1, host.input().shape().numel() * host.input().dtype().bytes());
    return Math.clamp(EVALUATION_BYTES / bytes, 1, EVALUATION_BATCH);
  }

  /** What the model says to inputs, in evaluation mode, without gradients; its mode is then what it was. */
  public Tensor predict(Tensor x) {
    boolean training = model.isTraining();
    model.eval();
    try (var _ = GradMode.noGrad(); var _ = precision.on(x.device())) {
      return call(x);
    } finally {
      if (training) model.train();
    }
  }

  /** The model's answer, in the products that {@link #precision} asks for, given in float32. */
  Tensor call(Tensor x) {
    if (!precision.isHalf()) return model.call(x);
    try (var _ = precision.open()) {
      return model.call(x).to(DType.FLOAT32);
    }
  }
}
