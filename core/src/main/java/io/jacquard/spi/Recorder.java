package io.jacquard.spi;

import io.jacquard.expr.Program;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands every call on, and notes those that compute while a {@link Recording} is under way. */
final class Recorder extends ForwardingBackend {
  private @Nullable Recording recording;

  Recorder(Backend inner) {
    super(inner);
  }

  /** Notes calls into {@code recording} from now on; null ends that. */
  void into(@Nullable Recording recording) {
    this.recording = recording;
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    if (recording != null) recording.obstruct("an upload of " + from.byteSize() + " bytes from the host");
    inner.upload(from, to, offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    if (recording != null) recording.obstruct("a download of " + to.byteSize() + " bytes to the host");
    inner.download(from, offset, to);
  }

  @Override
  public void map(Program program, long[] params, View[] in, View[] out) {
    inner.map(program, params, in, out);
    if (recording != null) recording.add(new Call.Map(program, params, in, out));
  }

  @Override
  public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    inner.reduce(how, each, params, in, axes, out);
    if (recording != null) recording.add(new Call.Reduce(how, each, params, in, axes, out));
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    inner.matmul(how, params, a, b, extra, out);
    if (recording != null) recording.add(new Call.MatMul(how, params, a, b, extra, out));
  }

  @Override
  public void gather(View table, View index, View out) {
    inner.gather(table, index, out);
    if (recording != null) recording.add(new Call.Gather(table, index, out));
  }

  @Override
  public void scatterAdd(View index, View rows, View table) {
    inner.scatterAdd(index, rows, table);
    if (recording != null) recording.add(new Call.ScatterAdd(index, rows, table));
  }

  @Override
  public void scan(Scan how, int axis, View in, View out) {
    inner.scan(how, axis, in, out);
    if (recording != null) recording.add(new Call.Running(how, axis, in, out));
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    inner.argsort(descending, axis, in, indexOut);
    if (recording != null) recording.add(new Call.ArgSort(descending, axis, in, indexOut));
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    boolean done = inner.run(op, in, out);
    if (done && recording != null) recording.add(new Call.Run(op, in, out));
    return done;
  }

  /** While nothing is recorded, this changes no call, and need see none. */
  @Override
  public Optional<Captured> capture(Runnable work) {
    return inner.capture(work);
  }

  /** Letters are no calls of a step: they are sent between steps. */
  @Override
  public Optional<Mailbox> mailbox() {
    return inner.mailbox();
  }
}
