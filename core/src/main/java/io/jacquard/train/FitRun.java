package io.jacquard.train;

import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.optim.GradScaler;
import io.jacquard.optim.Optimizer;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** One call of {@link Trainer#fit}: epoch after epoch, with checkpoints, listeners and callbacks around the steps. */
final class FitRun implements AutoCloseable {
  private final Trainer trainer;
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

  FitRun(Trainer trainer, Fit fit, Optimizer optimizer, DataLoader loader) {
    this.trainer = trainer;
    this.fit = fit;
    this.loader = loader;
    var training = loader.data();
    var reports = Reports.of(training.device());
    readings = new Readings(training.device(), trainer.metrics, loader.batchSize(), reports);
    progress.readings = readings;
    progress.settle = this::settle;
    long samples = Math.min(training.size(), loader.batches() * loader.batchSize());
    if (trainer.precision == Precision.FLOAT16 && trainer.scaler == null)
      trainer.scaler = GradScaler.on(training.device());
    Mixing mixes = null;
    Update updates = null;
    try {
      mixes = trainer.mix == null ? null : new Mixing(trainer.mix, training.device());
      updates = new Update(fit.updates(), trainer.model, optimizer, trainer.average, trainer.scaler,
          training.device(), samples,
          loader.batchSize(), fit.epochs());
      step = new Step(trainer::call, mixes, trainer.model, trainer.loss, readings, reports, updates, training,
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
      if (callback instanceof Callback.Watching watching)
        listeners.add(watching.watch(trainer.model, optimizer));
    }
    listener = listeners.size() == 1 ? listeners.getFirst() : new Listeners(listeners);
    keeper = fit.checkpoints() == null
        ? null
        : new Keeper(fit.checkpoints(),
            new CheckpointFile(trainer.model, optimizer, trainer.average, trainer.scaler,
                DataMark.of(loader)));
  }

  /** All epochs, or those that a checkpoint leaves to do. */
  History run(@Nullable Dataset validation) {
    goOn();
    while (next <= fit.epochs() && !stopped) epoch(next++, validation);
    return new History(epochs, times.all(), samples, step.obstacle());
  }

  /** Goes on where the checkpoint says, if one is to be gone on with. */
  private void goOn() {
    var from = keeper == null ? null : keeper.load();
    if (from == null) return;
    Generator.current().goOnAfter(from.draws());
    update.goOnAfter(from.updates(), from.plateau());
    epochs.addAll(from.epochs());
    samples = from.samples();
    times.goOnAfter(from.stepNanos());
    next = from.epoch();
    trainer.walks = from.walks();
    begun = from.step() > 0 ? from : null;
    listener.goesOn(List.copyOf(epochs));
    stopped = listener.wantsStop(); // as it was, when it was stopped early
  }

  private void save(int epoch, long step) {
    if (keeper == null) return;
    settle();
    keeper.save(new Standing(Generator.current().seed(), Generator.current().draws(), walkDraws,
        step == 0 ? trainer.walks : walk, epoch, step, progress.nanos, update.steps(), samples,
        readings.state(),
        update.seen(), epochs, times.all()));
  }

  /** The rest of a walk that was interrupted, or a new one. */
  private DataLoader.Walk walk() {
    walk = trainer.walks++;
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

  private void epoch(int number, @Nullable Dataset validation) {
    trainer.model.train();
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
    var values = values(validation != null && complete ? trainer.evaluate(validation) : null);
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
