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
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
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

  private final Module model;
  private Loss loss = Loss.crossEntropy();
  private Rule rule = Adam.of(1e-3);
  private List<Metric> metrics = List.of();
  private @Nullable Optimizer optimizer;
  private boolean begun;
  private @Nullable WeightAverage average;
  private @Nullable Mix mix;
  private Precision precision = Precision.FLOAT32;
  /** Of a training in float16, over all fits. */
  private @Nullable GradScaler scaler;
  /** Over all fits: what a data set that changes its samples at random is told as the epoch. */
  private long walks;

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
        var run = new Run(fit, optimizer, resident == null ? loader : loader.over(resident.data()))) {
      run.goOn();
      while (run.next <= fit.epochs() && !run.stopped) run.epoch(run.next++, validation);
      return new History(run.epochs, run.times.all(), run.samples,
          run.step.obstacle());
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

  private Tensor call(Tensor x) {
    if (!precision.isHalf()) return model.call(x);
    try (var _ = precision.open()) {
      return model.call(x).to(DType.FLOAT32);
    }
  }

  /** One call of {@link #fit}. */
  private final class Run implements AutoCloseable {
    private final Fit fit;
    private final DataLoader loader;
    private final Update update;
    private final Readings readings;
    private final Step step;
    private final @Nullable Mixing mixing;
    private final ArrayList<Epoch> epochs = new ArrayList<>();
    private final Progress progress = new Progress();
    private final StepTimes times;
    private long samples;
    private boolean stopped;
    /** The number of the next epoch. */
    private int next = 1;
    private final @Nullable Keeper keeper;
    /** The fit's own, and those of its callbacks. */
    private final TrainingListener listener;
    /** Where an epoch that was interrupted goes on; null when one begins at its beginning. */
    private @Nullable Standing begun;
    /** How many draws had been taken, and how many walks been made, when this epoch began. */
    private long walkDraws;
    private long walk;

    Run(Fit fit, Optimizer optimizer, DataLoader loader) {
      this.fit = fit;
      this.loader = loader;
      var training = loader.data();
      var reports = Reports.of(training.device());
      readings = new Readings(training.device(), metrics, loader.batchSize(), reports);
      progress.readings = readings;
      progress.settle = this::settle;
      long samples = Math.min(training.size(), loader.batches() * loader.batchSize());
      if (precision == Precision.FLOAT16 && scaler == null) scaler = GradScaler.on(training.device());
      Mixing mixes = null;
      Update updates = null;
      try {
        mixes = mix == null ? null : new Mixing(mix, training.device());
        updates = new Update(fit.updates(), model, optimizer, average, scaler, training.device(), samples,
            loader.batchSize(), fit.epochs());
        step = new Step(Trainer.this::call, mixes, model, loss, readings, reports, updates, training,
            loader.batchSize());
      } catch (Throwable e) { // such as that there is no memory left
        if (reports != null) reports.close();
        if (updates != null) updates.close();
        if (mixes != null) mixes.close();
        throw e;
      }
      mixing = mixes;
      update = updates;
      times = new StepTimes(loader.batches() * fit.epochs());
      var listeners = new ArrayList<>(List.of(fit.listener()));
      for (var callback : fit.callbacks()) {
        if (callback instanceof Callback.Watching watching) listeners.add(watching.watch(model, optimizer));
      }
      listener = listeners.size() == 1 ? listeners.getFirst() : new Listeners(listeners);
      keeper = fit.checkpoints() == null
          ? null
          : new Keeper(fit.checkpoints(),
              new CheckpointFile(model, optimizer, average, scaler, DataMark.of(loader)));
    }

    /** Goes on where the checkpoint says, if one is to be gone on with. */
    void goOn() {
      var from = keeper == null ? null : keeper.load();
      if (from == null) return;
      Generator.current().goOnAfter(from.draws());
      update.goOnAfter(from.updates(), from.plateau());
      epochs.addAll(from.epochs());
      samples = from.samples();
      times.goOnAfter(from.stepNanos());
      next = from.epoch();
      walks = from.walks();
      begun = from.step() > 0 ? from : null;
      listener.goesOn(List.copyOf(epochs));
      stopped = listener.wantsStop(); // as it was, when it was stopped early
    }

    private void save(int epoch, long step) {
      if (keeper == null) return;
      settle();
      keeper.save(new Standing(Generator.current().seed(), Generator.current().draws(), walkDraws,
          step == 0 ? walks : walk, epoch, step, progress.nanos, update.steps(), samples, readings.state(),
          update.seen(), epochs, times.all()));
    }

    /** The rest of a walk that was interrupted, or a new one. */
    private DataLoader.Walk walk() {
      walk = walks++;
      walkDraws = Generator.current().draws();
      if (begun == null) return loader.walk(walk);
      var from = begun;
      begun = null;
      Generator.current().goOnAfter(from.walkDraws());
      walkDraws = from.walkDraws();
      var rest = loader.walk(walk, from.step());
      Generator.current().goOnAfter(from.draws());
      progress.step = from.step();
      progress.nanos = from.nanos();
      progress.samples = from.readings().samples();
      readings.goOnFrom(from.readings());
      return rest;
    }

    void epoch(int number, @Nullable Dataset validation) {
      model.train();
      update.epochBegins(number);
      begin(number);
      listener.epochBegins(number, fit.epochs(), loader.batches());
      try (var walk = walk()) {
        step.begin(number, walk, progress.step);
        // Gradients that were added up so far are not thrown away: who wants to stop waits for their step.
        while (progress.step < progress.steps && !(stopped && update.isLast())) {
          step();
          listener.stepDone(progress);
          stopped |= listener.wantsStop();
          boolean between = update.isLast() && progress.step < progress.steps;
          if (keeper != null && between && (stopped || keeper.isDue())) save(number, progress.step);
        }
        settle();
      } catch (NotFinite e) {
        takeBack(e);
        if (!terminates(e)) throw e;
      }
      if (progress.step == 0) return; // it ended before the first step was done: there is nothing to tell
      boolean complete = progress.step == progress.steps;
      var values = values(validation != null && complete ? evaluate(validation) : null);
      var epoch = new Epoch(number, values, progress.seconds(), progress.samples / progress.seconds(),
          complete);
      epochs.add(epoch);
      update.epochDone(epoch);
      listener.epochDone(epoch);
      stopped |= listener.wantsStop(); // asked for during the validation
      if (complete && (stopped || number == fit.epochs() || keeper != null && keeper.isWorthIt()))
        save(number + 1, 0);
    }

    /** Whether the training ends here, instead of failing. */
    private boolean terminates(NotFinite e) {
      for (var callback : fit.callbacks()) {
        if (!(callback instanceof TerminateOnNaN(var told))) continue;
        told.accept(String.valueOf(e.getMessage()));
        stopped = true;
      }
      return stopped;
    }

    private void begin(int number) {
      progress.epoch = number;
      progress.step = 0;
      progress.steps = loader.batches();
      progress.samples = 0;
      readings.begin();
      progress.nanos = 0;
    }

    private void step() {
      long start = System.nanoTime();
      long size;
      try (var _ = Scope.open(); var _ = Where.during(Where.Part.FORWARD)) {
        if (mixing != null) mixing.draw(walk, progress.step);
        size = step.run();
      }
      progress.samples += size;
      progress.step++;
      samples += size;
      timed(System.nanoTime() - start);
    }

    /** Waits until the host knows of all steps. */
    private void settle() {
      long start = System.nanoTime();
      if (step.settle()) timed(System.nanoTime() - start);
    }

    /** Steps from the one that failed on do not count. */
    private void takeBack(NotFinite e) {
      samples -= progress.samples - readings.samples();
      progress.samples = readings.samples();
      progress.step = e.batch - 1;
      times.drop(step.told());
    }

    @Override
    public void close() {
      step.close();
      update.close();
      if (mixing != null) mixing.close();
      readings.close();
    }

    private void timed(long nanos) {
      progress.nanos += nanos;
      times.add(nanos, step.told());
    }

    private SequencedMap<String, Double> values(@Nullable Evaluation validation) {
      var values = new LinkedHashMap<String, Double>();
      values.putAll(readings.values());
      values.put("loss", progress.loss());
      if (validation != null) {
        validation.metrics().forEach((name, value) -> values.put("val_" + name, value));
        values.put("val_loss", validation.loss());
      }
      return values;
    }
  }
}
