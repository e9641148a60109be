package io.jacquard.train;

import io.jacquard.data.Batch;
import io.jacquard.data.BatchPlace;
import io.jacquard.data.Dataset;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.spi.CachingAllocator;
import io.jacquard.spi.Device;
import io.jacquard.spi.Recording;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One training step, which after a few times is replayed instead of computed anew: the calls that it makes to the backend
 * are recorded in two consecutive steps, and if they are the same, on the same memory, only those calls are made from
 * then on. This spares the host all of the work above the backend.
 *
 * <p>A step has two halves, forward and update, between which the host reads the loss. Sample numbers, random draws and
 * the learning rate lie in memory that the host writes before a step. What cannot be replayed stays eager, and
 * {@link #obstacle} says why.
 */
final class Step implements AutoCloseable {
  /** Steps before the first recording: what is made once and kept, such as the draw base, is made in them. */
  private static final int WARM_UP = 1;
  /** After so many recordings in a row that differ, the step is left eager. */
  private static final int RECORDINGS = 4;

  private final UnaryOperator<Tensor> call;
  private final @Nullable Mixing mixing;
  private final Module model;
  private final Loss loss;
  private final Update update;
  private final Device device;
  private final CachingAllocator pool;
  private final int batchSize;
  /** Where the samples of this step are put. */
  private final BatchPlace place;
  /** The loss, and what the metrics are told. */
  private final Readings readings;

  /** By the part that the update half does; the forward half is the same in all. */
  private final @Nullable Halves[] recorded = new Halves[Update.PARTS];
  /** Two recordings in a row were the same. */
  private final boolean[] replaying = new boolean[Update.PARTS];
  private final int[] recordings = new int[Update.PARTS];
  /** How many random draws the recorded step took. */
  private long draws;
  private int fullSteps;
  private @Nullable String obstacle;

  /** Those under which the step is recorded. */
  private Modes modes;
  /** Of the last forward half; null before the first. */
  private @Nullable Batch batch;
  private @Nullable Tensor stepLoss;

  /** The recording of a step: up to where the host reads the loss, and from there on. */
  private record Halves(Recording forward, Recording update) implements AutoCloseable {
    @Override
    public void close() {
      forward.close();
      update.close();
    }

    Optional<String> obstacle() {
      return forward.obstacle().or(update::obstacle);
    }

    Optional<String> differenceFrom(Halves other) {
      return forward.differenceFrom(other.forward).or(() -> update.differenceFrom(other.update));
    }
  }

  /**
   * @param call what the model computes, in the training's precision
   * @param mixing of batches; null for none
   */
  Step(UnaryOperator<Tensor> call, @Nullable Mixing mixing, Module model, Loss loss, Readings readings,
      Update update, Dataset data, int batchSize) {
    this.call = call;
    this.mixing = mixing;
    this.model = model;
    this.loss = loss;
    this.readings = readings;
    this.update = update;
    this.batchSize = batchSize;
    device = data.device();
    pool = device.separateMemory();
    modes = new Modes(model);
    place = BatchPlace.of(data, batchSize);
  }

  /** Forgets what was recorded, since the model may have been changed. */
  void recordAgain() {
    Arrays.fill(replaying, false);
    forget();
    Arrays.fill(recordings, 0);
    fullSteps = 0;
  }

  private void forget() {
    for (var halves : recorded) {
      if (halves != null) halves.close();
    }
    Arrays.fill(recorded, null);
  }

  /** Where to put the samples before {@link #run}. */
  BatchPlace place() {
    return place;
  }

  /** Runs the step on the {@code size} samples in its place. */
  void run(long size, int epoch, long number) {
    if (!modes.stillHold()) {
      recordAgain();
      modes = new Modes(model); // a listener froze a layer, or thawed one, or changed between training and
                                // evaluation
    }
    Generator.current().beginStep();
    update.begin(number);
    int part = update.part();
    boolean full = size == batchSize;
    try (var _ = Scope.open()) {
      var ready = replaying[part] ? recorded[part] : null;
      if (full && ready != null) {
        replay(ready, epoch, number);
      } else if (full && obstacle == null && ++fullSteps > WARM_UP) {
        record(part, epoch, number);
      } else {
        forward(size);
        check(epoch, number);
        runUpdate();
      }
    }
  }

  private void replay(Halves recorded, int epoch, long number) {
    recorded.forward.replay(device.backend());
    Generator.current().skip(draws);
    readings.read();
    if (!Double.isFinite(loss())) {
      throw NotFinite.explain(model, place.batch(batchSize).x(), loss(), epoch, number);
    }
    recorded.update.replay(device.backend());
    update.replayed();
  }

  private void record(int part, int epoch, long number) {
    var forward = device.record(pool, () -> forward(batchSize));
    check(epoch, number);
    var now = new Halves(forward, device.record(pool, this::runUpdate));
    obstacle = now.obstacle().orElse(null);
    var before = recorded[part];
    recordings[part]++;
    if (before != null && obstacle == null) {
      var difference = now.differenceFrom(before);
      replaying[part] = difference.isEmpty();
      if (difference.isPresent() && recordings[part] == RECORDINGS)
        obstacle = "two steps in a row differ: " + difference.get();
    }
    recorded[part] = now;
    draws = Generator.current().drawsInStep();
  }

  private void forward(long size) {
    var batch = batchOf(size);
    var seen = mixing == null ? batch : mixing.of(batch);
    var prediction = call.apply(seen.x());
    var stepLoss = loss.of(prediction, seen.y());
    this.batch = batch;
    this.stepLoss = stepLoss;
    readings.write(stepLoss, prediction, batch.y());
  }

  private Batch batchOf(long size) {
    try (var _ = Where.during(Where.Part.DATA)) {
      return place.batch(size);
    }
  }

  private void runUpdate() {
    update.run(Objects.requireNonNull(stepLoss));
  }

  private void check(int epoch, long number) {
    readings.read();
    if (!Double.isFinite(loss())) {
      throw NotFinite.explain(model, Objects.requireNonNull(batch).x(), loss(), epoch, number);
    }
  }

  /** The mean loss of the last step's samples. */
  private double loss() {
    return readings.loss();
  }

  /** Why steps are computed anew each time; empty if they are replayed, or not yet. */
  Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  @Override
  public void close() {
    forget();
    place.close();
    pool.retire();
  }
}
