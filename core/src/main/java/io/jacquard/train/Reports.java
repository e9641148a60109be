package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Device;
import io.jacquard.spi.Mailbox;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What steps report to a host that does not wait for them. Each writes its readings to a row of a ring on the device, by its
 * number, which lies there, too; the host gets the ring by {@link Mailbox}, half a ring after the steps at the latest.
 *
 * <p>Since the host hears late of a loss that is not finite, or of labels that were refused, the device remembers it: from
 * that step on {@link #sound} is 0, and no update changes anything.
 */
final class Reports implements AutoCloseable {
  /** After so many steps a letter is sent, and the one before it opened. */
  static final int HALF = 16;
  /** Steps whose readings the device keeps. */
  static final int RING = 2 * HALF;

  private static final long[] NO_PARAMS = {};
  private static final Program NEXT = Program.of(in -> in[0].add(1), DType.INT64);
  private static final Map<DType, Program> JUDGE = new EnumMap<>(DType.class);
  private static final Map<DType, Program> POST = new EnumMap<>(DType.class);

  static {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      JUDGE.put(type, Program.of(Reports::judged, DType.FLOAT32, type, DType.INT64));
      POST.put(type, posted(type));
    }
  }

  private final Device device;
  private final Mailbox mailbox;
  private final Tensor position;
  private final Tensor sound;
  private @Nullable Tensor ring;
  private long rowBytes;
  /** How many steps' readings each letter has; 0 for a letter that is not under way. */
  private final long[] tags = new long[Mailbox.LETTERS];
  private int letter;

  /** Of a device that has a mailbox; null where the host waits for each step. */
  static @Nullable Reports of(Device device) {
    return device.backend().mailbox().map(mailbox -> new Reports(device, mailbox)).orElse(null);
  }

  private Reports(Device device, Mailbox mailbox) {
    this.device = device;
    this.mailbox = mailbox;
    try (var _ = Scope.open()) {
      position = Tensor.zeros(device, DType.INT64, Shape.of(1)).hold();
      sound = Tensor.ones(device, DType.FLOAT32, Shape.SCALAR).hold();
    }
  }

  /** Inputs: sound so far, the loss, what was refused. Of a number that is not finite the difference to itself is NaN. */
  private static Scalar judged(Scalar[] in) {
    var fine = in[1].sub(in[1]).eq(0).and(in[2].eq(0));
    return fine.where(in[0], in[0].constantFor(0));
  }

  /** Inputs: the ring, the readings for every row, the step's number; the parameter is the length of a row. */
  private static Program posted(DType type) {
    var trace = new Trace(List.of(type, type, DType.INT64));
    var row = trace.index().div(trace.param(0, DType.INT64));
    var step = trace.input(2);
    var mine = step.sub(step.div(step.constantFor(RING)).mul(RING));
    return trace.program(row.eq(mine).where(trace.input(1), trace.input(0)));
  }

  /** The number of the step in its epoch, from 0: int64 [1] on the device. */
  Tensor position() {
    return position;
  }

  /** A float32 scalar on the device: 1 as long as all is well, and from the step on at which it is not, 0. */
  Tensor sound() {
    return sound;
  }

  /** An epoch begins, or goes on after so many steps. Nothing may be under way. */
  void begin(long done) {
    device.backend().upload(MemorySegment.ofArray(new long[]{done}), position.view().buffer(), 0);
  }

  // ---- calls of a step, which are recorded

  /** To be called when all of the step that may refuse numbers is done, and before the weights change. */
  void judge(Tensor loss) {
    var program = Objects.requireNonNull(JUDGE.get(loss.dtype()), "losses are float32 or float64");
    device.backend().map(program, NO_PARAMS,
        new View[]{sound.view(), loss.reshape(Shape.SCALAR).view(), mailbox.refusal()},
        new View[]{sound.view()});
  }

  /** Keeps the step's readings until the host has them. */
  void post(Tensor readings) {
    long width = readings.numel();
    if (ring == null) {
      ring = Tensor.zeros(device, readings.dtype(), Shape.of(RING, width)).hold();
      rowBytes = width * readings.dtype().bytes();
    }
    var rows = ring.view();
    device.backend().map(Objects.requireNonNull(POST.get(readings.dtype())), new long[]{width},
        new View[]{rows, readings.expand(rows.shape()).view(),
            position.reshape(1, 1).expand(rows.shape()).view()},
        new View[]{rows});
  }

  /** Ends the step. */
  void next() {
    device.backend().map(NEXT, NO_PARAMS, new View[]{position.view()}, new View[]{position.view()});
  }

  // ---- between steps

  /** What has arrived: the ring, up to a step. */
  record Arrived(long steps, MemorySegment rows) {}

  /**
   * After a step was given to the device. Sends a letter whenever half the ring is new.
   *
   * @param steps the number of the epoch's steps with it
   * @return what the letter before has brought; null if it is not its time
   */
  @Nullable
  Arrived given(long steps) {
    if (steps % HALF != 0) return null;
    int before = letter;
    send(steps);
    return tags[before] == 0 ? null : open(before);
  }

  /** Waits for all steps so far. */
  Arrived all(long steps) {
    send(steps);
    tags[1 - letter] = 0; // this one has it all
    return open(letter);
  }

  private void send(long steps) {
    letter = 1 - letter;
    mailbox.send(letter, Objects.requireNonNull(ring, "a step was given").view().buffer(), RING * rowBytes);
    tags[letter] = steps;
  }

  private Arrived open(int which) {
    long steps = tags[which];
    tags[which] = 0;
    return new Arrived(steps, mailbox.await(which));
  }

  /** The readings of a step in what has arrived. */
  MemorySegment row(Arrived arrived, long step) {
    return arrived.rows.asSlice(step % RING * rowBytes, rowBytes);
  }

  @Override
  public void close() {
    mailbox.close();
    position.close();
    sound.close();
    if (ring != null) ring.close();
  }
}
