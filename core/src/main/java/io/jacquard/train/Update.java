package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.optim.GradScaler;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Schedule;
import io.jacquard.optim.WeightAverage;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second half of a training step: from the loss to new weights. With gradients added up over several batches, only the
 * last of these moves the weights; each batch counts by its share of their samples, so that the sum is the gradient of the
 * mean loss over all of them.
 */
final class Update implements AutoCloseable {
  /** The number of {@link #part}s. */
  static final int PARTS = 4;

  private final Updates how;
  private final Optimizer optimizer;
  private final @Nullable WeightAverage average;
  private final @Nullable GradScaler scaler;
  private final List<Parameter> parameters;
  private final @Nullable Schedule perStep;
  private final long samples;
  private final long batches;
  private final int batchSize;
  /** The share of the present batch, float32, written by the host before a step. */
  private final Tensor share;
  private float shareWritten;
  private boolean first;
  private boolean last;
  /** Steps of the optimizer so far. */
  private long steps;

  Update(Updates how, Module model, Optimizer optimizer, @Nullable WeightAverage average,
      @Nullable GradScaler scaler, Device device, long samples, int batchSize, int epochs) {
    this.how = how;
    this.optimizer = optimizer;
    this.average = average;
    this.scaler = scaler;
    this.samples = samples;
    this.batchSize = batchSize;
    parameters = model.parameters();
    batches = Math.ceilDiv(samples, batchSize);
    perStep = how.pace() instanceof Updates.Pace.PerStep(var schedule)
        ? schedule.apply(epochs * Math.ceilDiv(batches, how.accumulate()))
        : null;
    if (average != null) average.prepare();
    try (var _ = Scope.open()) {
      share = Tensor.zeros(device, DType.FLOAT32, Shape.SCALAR).hold();
    }
  }

  void epochBegins(int epoch) {
    if (how.pace() instanceof Updates.Pace.PerEpoch(var schedule)) optimizer.follow(schedule, epoch - 1L);
  }

  void epochDone(Epoch epoch) {
    if (how.pace() instanceof Updates.Pace.OnPlateau(var plateau, var value) && epoch.complete())
      optimizer.follow(plateau, epoch.value(value));
  }

  /** How many steps of the optimizer there were. */
  long steps() {
    return steps;
  }

  /** Goes on after so many steps of the optimizer. */
  void goOnAfter(long steps, ReduceOnPlateau.@Nullable State seen) {
    this.steps = steps;
    if (seen != null && how.pace() instanceof Updates.Pace.OnPlateau(var plateau, var _))
      plateau.restore(seen);
  }

  ReduceOnPlateau.@Nullable State seen() {
    return how.pace() instanceof Updates.Pace.OnPlateau(var plateau, var _) ? plateau.state() : null;
  }

  /** What the host writes before a batch, given its number in the epoch from 1. */
  void begin(long number) {
    long batch = number - 1;
    long from = batch - batch % how.accumulate();
    long to = Math.min(from + how.accumulate(), batches);
    first = batch == from;
    last = batch == to - 1;
    if (first && perStep != null) optimizer.follow(perStep, steps);
    if (how.accumulate() == 1) return;
    long together = Math.min(to * batchSize, samples) - from * batchSize;
    long mine = Math.min((batch + 1) * batchSize, samples) - batch * batchSize;
    float now = (float) ((double) mine / together);
    if (now == shareWritten) return;
    share.device().backend().upload(MemorySegment.ofArray(new float[]{now}), share.view().buffer(), 0);
    shareWritten = now;
  }

  /** Which of the kinds of second halves this one is; each is recorded on its own. */
  int part() {
    return (first ? 1 : 0) + (last ? 2 : 0);
  }

  /** Whether this batch ends a step of the optimizer. */
  boolean isLast() {
    return last;
  }

  /** @param sound where this scalar on the device is 0, weights and all that belongs to them stay; null for in no case */
  void run(Tensor loss, @Nullable Tensor sound) {
    if (first) {
      for (var parameter : parameters) parameter.leaf().clear();
    }
    var factor = how.accumulate() == 1 ? null : share;
    if (scaler != null) factor = factor == null ? scaler.scale() : factor.mul(scaler.scale());
    if (factor == null) {
      loss.backward();
    } else {
      loss.backward(factor.to(loss.dtype()).reshape(loss.shape()));
    }
    if (!last) return;
    try (var _ = Where.during(Where.Part.OPTIMIZER)) {
      step(sound);
    }
    steps++;
  }

  private void step(@Nullable Tensor sound) {
    if (scaler != null) scaler.unscale(optimizer.parameters());
    if (how.clip() != null) how.clip().clip(optimizer.parameters());
    if (scaler != null)
      scaler.step(optimizer, sound);
    else
      optimizer.step(sound);
    if (average != null) average.update(sound);
  }

  /** Counts what was done again by other means. */
  void replayed() {
    if (!last) return;
    optimizer.stepReplayed();
    if (average != null) average.updateReplayed();
    steps++;
  }

  /** Counts only so many steps of the optimizer: those after them were left out by the device. */
  void goBackTo(long steps) {
    long leftOut = this.steps - steps;
    optimizer.stepsLeftOut(leftOut);
    if (average != null) average.updatesLeftOut(leftOut);
    this.steps = steps;
    if (perStep != null) optimizer.follow(perStep, steps);
  }

  @Override
  public void close() {
    share.close();
  }
}
