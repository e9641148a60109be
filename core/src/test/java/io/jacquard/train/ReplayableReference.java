package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.ops.RequireRange;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Mailbox;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The backend of plain loops, with label checks where the labels lie, so that a step needs no download; and, if so wished,
 * with a mailbox, by which the host hears of steps late.
 */
final class ReplayableReference extends ForwardingBackend {
  private final boolean late;
  /** Whether wrong labels are noted, for the host to hear of later; else they are refused at once. */
  boolean notes;
  /** What the mailbox did. */
  final List<String> letters = new ArrayList<>();
  private final Buffer note;
  private String refused = "";
  int downloads;
  /** Of memory for samples. */
  long spare;
  /** Whether TF32 was allowed, each time that was said. */
  final List<Boolean> allowed = new ArrayList<>();

  ReplayableReference(boolean late) {
    super(new ReferenceBackend());
    this.late = late;
    note = inner.allocate(8);
    inner.upload(MemorySegment.ofArray(new long[1]), note, 0);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    downloads++;
    inner.download(from, offset, to);
  }

  @Override
  public long spareBytes() {
    return spare;
  }

  @Override
  public boolean allowTf32(boolean now) {
    boolean before = !allowed.isEmpty() && allowed.getLast();
    allowed.add(now);
    return before;
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("replayable", 0, "plain loops", 1, true, Set.of(), Long.MAX_VALUE, "", true);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    if (!(op instanceof RequireRange range)) return false;
    var labels = new long[(int) in[0].numel()];
    inner.download(in[0].buffer(), in[0].layout().offset() * 8, MemorySegment.ofArray(labels));
    for (long label : labels) {
      if (!notes) range.check(label);
      if (label >= 0 && label < range.bound() || !refused.isEmpty()) continue;
      refused = range.refusal(label).getMessage();
      inner.upload(MemorySegment.ofArray(new long[]{1}), note, 0);
    }
    return true;
  }

  @Override
  public Optional<Mailbox> mailbox() {
    return late ? Optional.of(new Late()) : Optional.empty();
  }

  /** What is sent is copied at once, and not looked at before it is awaited. */
  private final class Late implements Mailbox {
    private final MemorySegment[] sent = new MemorySegment[LETTERS];
    private final String[] refusals = new String[LETTERS];
    private boolean closed;

    @Override
    public View refusal() {
      return new View(note, DType.INT64, Layout.contiguous(Shape.SCALAR));
    }

    @Override
    public void send(int letter, Buffer from, long bytes) {
      letters.add("send " + letter);
      sent[letter] = MemorySegment.ofArray(new double[(int) Math.ceilDiv(bytes, 8L)]).asSlice(0, bytes);
      inner.download(from, 0, sent[letter]);
      refusals[letter] = refused;
    }

    @Override
    public MemorySegment await(int letter) {
      letters.add("await " + letter);
      if (!refusals[letter].isEmpty()) throw new JacquardException(refusals[letter]);
      return sent[letter];
    }

    @Override
    public void close() {
      if (closed) throw new AssertionError("closed twice");
      closed = true;
    }
  }
}
