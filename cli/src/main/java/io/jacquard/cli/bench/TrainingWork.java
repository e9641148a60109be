package io.jacquard.cli.bench;

import static java.util.Objects.requireNonNull;

import io.jacquard.data.Dataset;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.train.Fit;
import io.jacquard.train.Precision;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;

/** Training steps as {@link Trainer} makes them, replayed: from one step's end to that of a later one. */
final class TrainingWork implements Work {
  /** The first steps of an epoch, which are recorded and not replayed. */
  private static final int NOT_COUNTED = 5;
  private static final int COMPARED_STEPS = 3;
  private static final int SAMPLES = 12_800;

  private final Device device = Device.current();
  private final Dataset data;
  private final int batch;
  private final Trainer trainer;
  private final float[] loss;

  /** Data, model and optimizer are on the current device. */
  TrainingWork(Module model, Dataset data, int batch, Loss loss, Precision precision) {
    this.data = data;
    this.batch = batch;
    trainer = Trainer.of(model).optimizer(Adam.of(1e-3)).loss(loss).precision(precision);
    // Before the timed ones, in which devices make different numbers of steps.
    var first = trainer.fit(data.subset(0, (long) COMPARED_STEPS * batch), Fit.epochs(1).batchSize(batch));
    this.loss = new float[]{requireNonNull(first.epochs().getLast().values().get("loss")).floatValue()};
  }

  /** How many batches of a size the data is to have. */
  static int steps(int batch) {
    return NOT_COUNTED + Math.clamp(SAMPLES / batch, 10, 200);
  }

  @Override
  public int most() {
    return steps(batch) - NOT_COUNTED;
  }

  @Override
  public int pieces() {
    return 1;
  }

  @Override
  public double nanos(int times) {
    var clock = new Clock(times);
    trainer.fit(data, Fit.epochs(1).batchSize(batch).listener(clock));
    return (double) (clock.end - clock.start) / times;
  }

  @Override
  public float[] result() {
    return loss.clone();
  }

  @Override
  public void close() {
    device.memory().flush();
  }

  private final class Clock implements TrainingListener {
    private final long last;
    private long start;
    private long end;

    Clock(int times) {
      last = NOT_COUNTED + times;
    }

    @Override
    public void stepDone(Progress progress) {
      if (progress.step() != NOT_COUNTED && progress.step() != last) return;
      device.backend().synchronize();
      if (progress.step() == last) end = System.nanoTime();
      else start = System.nanoTime();
    }

    @Override
    public boolean wantsStop() {
      return end != 0;
    }
  }
}
