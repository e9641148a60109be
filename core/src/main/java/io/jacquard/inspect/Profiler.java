package io.jacquard.inspect;

import io.jacquard.inspect.Moment.Kind;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Call;
import io.jacquard.spi.EachCall;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.Where;
import io.jacquard.tensor.Where.Part;
import io.jacquard.tensor.Where.Spot;
import io.jacquard.train.Progress;
import io.jacquard.train.TrainingListener;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures where the time of training steps goes: each call of a backend is timed, and counted for its layer, operation and
 * part of the step. It listens to the training to know where a step ends.
 *
 * <pre>{@code
 * var profiler = new Profiler(device.backend());
 * Where.tracked(() -> Device.with(new Device(profiler), () -> {
 *   Trainer.of(Models.mlp()).fit(data, Fit.epochs(1).listener(profiler.listener()));
 * }));
 * System.out.println(profiler.replayed().explained());
 * }</pre>
 *
 * <p>The host waits for each call, so on a device that works by itself a profile shows how long calls take, not what they
 * hide from each other. The calls of a replayed step are known by their arguments, which are those of the recording. Where
 * Java's Flight Recorder runs, each of them is an event.
 */
public final class Profiler extends EachCall {
  /** Moments that are kept one by one, for a trace; later ones only count. */
  private static final int MOMENTS = 20_000;
  /** Of so many steps that were not replayed the calls' places are known: more than are recorded at a time. */
  private static final int GENERATIONS = 12;

  private final long start = System.nanoTime();
  private final List<Moment> moments = new ArrayList<>();
  private final StepTimes replayed = new StepTimes();
  private final StepTimes eager = new StepTimes();
  /** By the arguments of a call, which a recording keeps: where it was made. The newest step first. */
  private final ArrayDeque<Map<Object, Spot>> places = new ArrayDeque<>(List.of(new IdentityHashMap<>()));
  private StepTimes step = new StepTimes();
  private long[] before = {};
  private long inData;
  private int known;
  private int unknown;

  public Profiler(Backend inner) {
    super(inner);
  }

  /** Steps that made the calls of a recording again. */
  public StepTimes replayed() {
    return replayed;
  }

  /** Steps that were computed anew: the first ones, in which kernels are compiled, and all if nothing can be replayed. */
  public StepTimes eager() {
    return eager;
  }

  /** The first of all that was measured, one by one. */
  public List<Moment> moments() {
    return List.copyOf(moments);
  }

  /** Tells this of the end of each step. */
  public TrainingListener listener() {
    return new TrainingListener() {
      @Override
      public void stepDone(Progress progress) {
        endStep();
      }
    };
  }

  private void endStep() {
    var now = Where.nanos();
    if (now.length == 0)
      throw new IllegalStateException("a profile needs Where.tracked round the training, to know its parts");
    long all = 0;
    for (var part : Part.values()) {
      if (part != Part.OUTSIDE) all += since(now, part);
    }
    step.endStep(all, Math.max(0, since(now, Part.DATA) - inData));
    if (known > unknown) {
      replayed.addAll(step);
    } else {
      eager.addAll(step);
      places.addFirst(new IdentityHashMap<>());
      if (places.size() > GENERATIONS) places.removeLast();
    }
    before = now;
    step = new StepTimes();
    inData = 0;
    known = 0;
    unknown = 0;
  }

  private long since(long[] now, Part part) {
    return now[part.ordinal()] - (before.length == 0 ? 0 : before[part.ordinal()]);
  }

  // ---- calls

  @Override
  protected void make(Call call) {
    var event = new Events.Computed();
    event.begin();
    long begin = System.nanoTime();
    call.replay(inner);
    computed(call, begin, event);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    var event = new Events.Computed();
    event.begin();
    long begin = System.nanoTime();
    if (!inner.run(op, in, out)) return false;
    computed(new Call.Run(op, in, out), begin, event);
    return true;
  }

  private void computed(Call call, long begin, Events.Computed event) {
    inner.synchronize();
    long end = System.nanoTime();
    event.end();
    var now = Where.spot();
    var spot = place(call, now);
    var what = spot.op().isEmpty() ? call.name() : spot.op();
    var layer = spot.layer() == null ? "" : (spot.layer().path() + " " + spot.layer().text()).strip();
    if (event.shouldCommit()) {
      event.operation = what;
      event.layer = layer;
      event.part = spot.part().toString();
      event.commit();
    }
    note(now.part(), new Moment(Kind.COMPUTE, spot.part(), what, layer, begin - start, end - begin, 0));
  }

  /** Where a call was made for the first time, if it is made again by a recording. */
  private Spot place(Call call, Spot now) {
    var arguments = arguments(call);
    for (var generation : places) {
      var spot = generation.get(arguments);
      if (spot == null) continue;
      known++;
      return spot;
    }
    unknown++;
    if (now.part() != Part.OUTSIDE) places.getFirst().put(arguments, now);
    return now;
  }

  /** What is the same object when the call is made again, and another one in each other call. */
  private static Object arguments(Call call) {
    return switch (call) {
      case Call.Map map -> map.out();
      case Call.Reduce reduce -> reduce.out();
      case Call.MatMul matmul -> matmul.out();
      case Call.Run run -> run.out();
      case Call.Gather gather -> gather.out();
      case Call.ScatterAdd add -> add.rows();
      case Call.Running running -> running.out();
      case Call.ArgSort sort -> sort.indexOut();
    };
  }

  // ---- memory

  @Override
  public Buffer allocate(long bytes) {
    return allocating("allocate", bytes, () -> inner.allocate(bytes));
  }

  @Override
  public void free(Buffer buffer) {
    allocating("free", buffer.bytes(), () -> {
      inner.free(buffer);
      return buffer;
    });
  }

  private interface Work {
    Buffer run();
  }

  private Buffer allocating(String what, long bytes, Work work) {
    var event = new Events.Allocation();
    event.begin();
    long begin = System.nanoTime();
    var buffer = work.run();
    long end = System.nanoTime();
    event.end();
    if (event.shouldCommit()) {
      event.what = what;
      event.bytes = bytes;
      event.commit();
    }
    moved(Kind.ALLOCATION, what, begin, end, bytes);
    return buffer;
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    transferring("upload", from.byteSize(), () -> {
      inner.upload(from, to, offset);
      inner.synchronize();
    });
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    transferring("download", to.byteSize(), () -> inner.download(from, offset, to));
  }

  private void transferring(String what, long bytes, Runnable work) {
    var event = new Events.Transfer();
    event.begin();
    long begin = System.nanoTime();
    work.run();
    long end = System.nanoTime();
    event.end();
    if (event.shouldCommit()) {
      event.direction = what;
      event.bytes = bytes;
      event.commit();
    }
    moved(Kind.TRANSFER, what, begin, end, bytes);
  }

  private void moved(Kind kind, String what, long begin, long end, long bytes) {
    var part = Where.spot().part();
    note(part, new Moment(kind, part, what, "", begin - start, end - begin, bytes));
  }

  /** @param during the part in which it really happened; what is between steps is none of theirs */
  private void note(Part during, Moment moment) {
    if (moments.size() < MOMENTS) moments.add(moment);
    if (during == Part.OUTSIDE) return;
    if (during == Part.DATA) inData += moment.nanos();
    step.add(moment);
  }
}
