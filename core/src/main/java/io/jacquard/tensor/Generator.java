package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Philox;
import io.jacquard.expr.Program;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Device;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where random numbers come from: a seed, and a count of the draws that were taken. Every random operation takes one
 * draw, and element i of it is {@link Philox} of (seed, draw, i): the same on every backend, on any number of threads.
 *
 * <pre>{@code
 * Generator.with(new Generator(42), () -> {
 *   var model = new Linear(784, 10);       // initial weights: draws 0 and 1
 *   var mask = new Dropout(0.5f);          // each call in training: the next draw
 * });
 * }</pre>
 *
 * <p>Outside of {@link #with}, all threads share one generator, which starts with seed 0.
 */
public final class Generator {
  private static final ScopedValue<Generator> CURRENT = ScopedValue.newInstance();
  private static final Generator SHARED = new Generator(0);

  private static final Program ADVANCE = advance();

  private final long seed;
  /** The draws taken before the present step, which the devices know, and those taken in it. */
  private long base;
  private long offset;
  private final Map<Device, Tensor> bases = new IdentityHashMap<>();
  /** Notes when the base changes, since a gradient that draws again needs the base of its forward pass. */
  private final Leaf basesChange = new Leaf("the base of random draws, which a new step moves on");

  public Generator(long seed) {
    this.seed = seed;
  }

  private static Program advance() {
    var trace = new Trace(List.of(DType.INT64));
    return trace.program(trace.input(0).add(trace.param(0, DType.INT64)));
  }

  /** The generator of the innermost {@link #with}, or the shared one. */
  public static Generator current() {
    return CURRENT.isBound() ? CURRENT.get() : SHARED;
  }

  /** Runs {@code body} with {@code generator} as the current one. */
  public static void with(Generator generator, Runnable body) {
    ScopedValue.where(CURRENT, generator).run(body);
  }

  public long seed() {
    return seed;
  }

  /** Takes a draw: its number is {@link #base} plus the result. */
  public synchronized long nextOffset() {
    return offset++;
  }

  /** Takes a draw for numbers that are computed on the host. */
  public synchronized long nextDraw() {
    return base + offset++;
  }

  /** The draw base as an int64 scalar on a device, for programs; owned by this generator. */
  public synchronized Tensor base(Device device) {
    return bases.computeIfAbsent(device, d -> {
      try (var _ = Scope.open()) {
        return Tensor.of(d, DType.INT64, Shape.SCALAR, MemorySegment.ofArray(new long[]{base})).hold()
            .showing(basesChange);
      }
    });
  }

  /** Begins a training step: draws are counted from here, so that a step that repeats takes the same offsets. */
  public synchronized void beginStep() {
    if (offset == 0) return;
    base += offset;
    offset = 0;
    showBase();
  }

  private void showBase() {
    basesChange.valuesChanged();
    bases.forEach(this::show);
  }

  private void show(Device device, Tensor tensor) {
    device.backend().upload(MemorySegment.ofArray(new long[]{base}), tensor.view().buffer(), 0);
  }

  /** As {@link #with}, with a result. */
  static <T> T call(Generator generator, Supplier<T> body) {
    return ScopedValue.where(CURRENT, generator).call(body::get);
  }

  /** The draws that were taken before the present step. */
  synchronized long presentBase() {
    return base;
  }

  /** Takes the draws from one of this step's on again; returns how many had been taken. */
  synchronized long rewind(long draw) {
    long before = offset;
    offset = draw;
    return before;
  }

  /** How many draws were taken since the step began. */
  public synchronized long drawsInStep() {
    return offset;
  }

  /** How many draws were taken so far. */
  public synchronized long draws() {
    return base + offset;
  }

  /** Goes on as if so many draws had been taken so far: for a training that goes on. Not inside of a step. */
  public synchronized void goOnAfter(long draws) {
    base = draws;
    offset = 0;
    showBase();
  }

  /** Takes so many draws at once: those of a step that is replayed. */
  public synchronized void skip(long draws) {
    offset += draws;
  }

  /**
   * Ends a training step on a device: draws are counted from here, and the base moves on there by a call like any other, so
   * that a replay of the step does the same, and the host need not write before the next one.
   */
  public synchronized void endStep(Device device) {
    if (offset == 0) return;
    long taken = offset;
    goOn(taken);
    bases.forEach((d, tensor) -> {
      if (d == device) {
        var base = new View[]{tensor.view()};
        device.backend().map(ADVANCE, new long[]{taken}, base, base);
      } else {
        show(d, tensor);
      }
    });
  }

  /** The same, for a step that was replayed, and took so many draws. */
  public synchronized void stepReplayed(Device device, long draws) {
    if (draws == 0) return;
    goOn(draws);
    bases.forEach((d, tensor) -> {
      if (d != device) show(d, tensor);
    });
  }

  private void goOn(long draws) {
    base += draws;
    offset = 0;
    basesChange.valuesChanged();
  }

  /** Numbers from [low, high), computed on the host: one draw. */
  public float[] uniform(int count, double low, double high) {
    long draw = nextDraw();
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) (low + (high - low) * Philox.uniform(seed, draw, i));
    return values;
  }

  /** Standard normal numbers by Box and Muller (1958), computed on the host with StrictMath: one draw. */
  public float[] normal(int count) {
    long draw = nextDraw();
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - Philox.uniform(seed, draw, 2L * i)));
      values[i] = (float) (radius * StrictMath.cos(2 * Math.PI * Philox.uniform(seed, draw, 2L * i + 1)));
    }
    return values;
  }

  /** The numbers 0 to count-1 in random order (Fisher, Yates; Durstenfeld 1964): one draw. */
  public int[] permutation(int count) {
    long draw = nextDraw();
    var order = new int[count];
    for (int i = 0; i < count; i++) {
      long random = Philox.bits(seed, draw, i) & 0xffffffffL;
      int j = (int) (random * (i + 1) >>> 32);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
