package io.jacquard.train;

import io.jacquard.data.Batch;
import io.jacquard.data.BatchPlace;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.HostDataset;
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
 * <p>Where a device has no mailbox, a step has two halves, forward and update, between which the host reads the loss. Where
 * it has one, a step is one recording, and the host waits for none: it reads the {@link Reports} of {@link Reports#HALF} to
 * {@link Reports#RING} steps later, or when it is asked to. What comes after a loss that is not finite then changes no
 * weights, and is taken back when the host hears of it.
 *
 * <p>Sample numbers, random draws and the learning rate lie in memory that is written before a step. What cannot be replayed
 * stays eager, and {@link #obstacle} says why.
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
  /** Null where the host waits for each step. */
  private final @Nullable Reports reports;

  /** By the part that the update half does; the forward half is the same in all. */
  private final @Nullable Recorded[] recorded = new Recorded[Update.PARTS];
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

  private DataLoader.@Nullable Walk walk;
  private int epoch;
  /** Steps of this epoch that were given to the device, and those of which the host knows. */
  private long given;
  private long collected;
  /** Steps of all epochs of which the host knows. */
  private long told;
  /** What the host knew when it gave a step of which it has not heard yet, by the step's number modulo the ring. */
  private final Behind[] behind = new Behind[Reports.RING];

  /** Of a step: its samples, the optimizer's steps before it, and the random draws after it. */
  private static final class Behind {
    long size;
    long updates;
    long draws;
  }

  /** The recording of a step: all of it, or up to where the host reads the loss, and from there on. */
  private record Recorded(Recording first, @Nullable Recording second) implements AutoCloseable {
    @Override
    public void close() {
      first.close();
      if (second != null) second.close();
    }

    Optional<String> obstacle() {
      return first.obstacle().or(() -> second == null ? Optional.empty() : second.obstacle());
    }

    Optional<String> differenceFrom(Recorded other) {
      return first.differenceFrom(other.first).or(
          () -> second == null || other.second == null ? Optional.empty()
              : second.differenceFrom(other.second));
    }
  }

  /**
   * @param call what the model computes, in the training's precision
   * @param mixing of batches; null for none
   * @param reports to which {@code readings} are written, too; closed with this
   */
  Step(UnaryOperator<Tensor> call, @Nullable Mixing mixing, Module model, Loss loss, Readings readings,
      @Nullable Reports reports, Update update, Dataset data, int batchSize) {
    this.call = call;
    this.mixing = mixing;
    this.model = model;
    this.loss = loss;
    this.readings = readings;
    this.reports = reports;
    this.update = update;
    this.batchSize = batchSize;
    device = data.device();
    pool = device.separateMemory();
    modes = new Modes(model);
    place = reports == null || data instanceof HostDataset
        ? BatchPlace.of(data, batchSize)
        : BatchPlace.ordered(data, batchSize, reports.position());
    for (int i = 0; i < behind.length; i++) behind[i] = new Behind();
  }

  /** An epoch begins, or goes on after so many steps. Forgets what was recorded, since the model may have been changed. */
  void begin(int epoch, DataLoader.Walk walk, long done) {
    recordAgain();
    this.epoch = epoch;
    this.walk = walk;
    given = done;
    collected = done;
    if (reports != null) reports.begin(done);
  }

  private void recordAgain() {
    Arrays.fill(replaying, false);
    forget();
    Arrays.fill(recordings, 0);
    fullSteps = 0;
  }

  private void forget() {
    for (var each : recorded) {
      if (each != null) each.close();
    }
    Arrays.fill(recorded, null);
  }

  /** Puts the walk's next batch into its place, and runs the step on it; returns the number of its samples. */
  long run() {
    long size = next();
    if (!modes.stillHold()) {
      recordAgain();
      modes = new Modes(model); // a listener froze a layer, or thawed one, or changed between training and
                                // evaluation
    }
    Generator.current().beginStep();
    update.begin(given + 1);
    int part = update.part();
    boolean full = size == batchSize;
    var now = behind[(int) (given % behind.length)];
    now.size = size;
    now.updates = update.steps();
    try (var _ = Scope.open()) {
      var ready = replaying[part] ? recorded[part] : null;
      if (full && ready != null) {
        replay(ready);
      } else if (full && obstacle == null && ++fullSteps > WARM_UP) {
        record(part);
      } else {
        first(size);
        if (reports == null) {
          check();
          runUpdate();
        }
      }
    }
    now.draws = Generator.current().draws();
    given++;
    if (reports == null) {
      collected++;
      told++;
      readings.gather(size);
    } else {
      var arrived = reports.given(given);
      if (arrived != null) collect(reports, arrived);
    }
    return size;
  }

  private long next() {
    try (var _ = Where.during(Where.Part.DATA)) {
      return Objects.requireNonNull(walk, "an epoch has begun").putNext(place);
    }
  }

  private void replay(Recorded recorded) {
    recorded.first.replay(device.backend());
    if (recorded.second == null) {
      Generator.current().stepReplayed(device, draws);
    } else {
      Generator.current().skip(draws);
      readings.read();
      if (!Double.isFinite(readings.loss())) requireFinite(given + 1, place.batch(batchSize));
      recorded.second.replay(device.backend());
    }
    update.replayed();
  }

  private void record(int part) {
    long before = Generator.current().draws();
    var first = device.record(pool, () -> first(batchSize));
    if (reports == null) check();
    var now = new Recorded(first, reports == null ? device.record(pool, this::runUpdate) : null);
    obstacle = now.obstacle().orElse(null);
    var last = recorded[part];
    recordings[part]++;
    if (last != null && obstacle == null) {
      var difference = now.differenceFrom(last);
      replaying[part] = difference.isEmpty();
      if (difference.isPresent() && recordings[part] == RECORDINGS)
        obstacle = "two steps in a row differ: " + difference.get();
    }
    recorded[part] = now;
    draws = Generator.current().draws() - before;
  }

  /** All that needs no wait: where there are no reports, what comes before the host reads the loss. */
  private void first(long size) {
    var batch = batchOf(size);
    var seen = mixing == null ? batch : mixing.of(batch);
    var prediction = call.apply(seen.x());
    var stepLoss = loss.of(prediction, seen.y());
    this.batch = batch;
    this.stepLoss = stepLoss;
    readings.write(stepLoss, prediction, batch.y());
    if (reports == null) return;
    update.run(stepLoss, reports.sound());
    Generator.current().endStep(device);
    reports.next();
  }

  private Batch batchOf(long size) {
    try (var _ = Where.during(Where.Part.DATA)) {
      return place.batch(size);
    }
  }

  private void runUpdate() {
    update.run(Objects.requireNonNull(stepLoss), null);
  }

  /** Reads the loss, where the host waits for it. */
  private void check() {
    readings.read();
    requireFinite(given + 1, Objects.requireNonNull(batch));
  }

  /** Refuses a loss that is not finite, naming where in the model it arose. */
  private void requireFinite(long number, Batch of) {
    if (!Double.isFinite(readings.loss()))
      throw NotFinite.explain(model, of.x(), readings.loss(), epoch, number);
  }

  // ---- where the host does not wait for each step

  /** Waits for all steps so far, if the host does not know of them yet; whether it waited. */
  boolean settle() {
    if (reports == null || collected == given) return false;
    collect(reports, reports.all(given));
    return true;
  }

  private void collect(Reports reports, Reports.Arrived arrived) {
    while (collected < arrived.steps()) {
      var then = behind[(int) (collected % behind.length)];
      readings.take(reports.row(arrived, collected));
      if (!Double.isFinite(readings.loss())) {
        takeBack(then);
        try (var _ = Scope.open()) {
          requireFinite(collected + 1, Objects.requireNonNull(walk).again(collected));
        }
      }
      readings.gather(then.size);
      collected++;
      told++;
    }
  }

  /** The device has left out all updates from this step's on, so they do not count. */
  private void takeBack(Behind then) {
    update.goBackTo(then.updates);
    Generator.current().goOnAfter(then.draws);
    given = collected;
  }

  /** Steps of all epochs of which the host knows. */
  long told() {
    return told;
  }

  /** Why steps are computed anew each time; empty if they are replayed, or not yet. */
  Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  @Override
  public void close() {
    forget();
    if (reports != null) reports.close();
    place.close();
    pool.retire();
  }
}
