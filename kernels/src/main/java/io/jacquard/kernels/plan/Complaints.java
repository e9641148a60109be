package io.jacquard.kernels.plan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jacquard.JacquardException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What kernels found wrong with their input, such as an index outside of a table. A kernel cannot throw: it notes the first
 * wrong number in device memory, where the host looks whenever it waits for the device.
 *
 * <p>The note has three int64: which check it was (0: nothing is wrong), the position, and the number there.
 *
 * <pre>{@code
 * complaints.fetch();
 * // ... wait for the device ...
 * complaints.raise();
 * }</pre>
 */
public final class Complaints implements AutoCloseable {
  /** Of the note. */
  public static final long BYTES = 24;

  /** Says what is wrong with a number at a position. */
  @FunctionalInterface
  interface Message {
    JacquardException of(long position, long number);
  }

  private final KernelMemory memory;
  private final KernelBuffer note;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment host = arena.allocate(BYTES, 64);
  private final MemorySegment none = arena.allocate(BYTES, 64);
  private final List<Message> messages = new ArrayList<>();
  private boolean possible;

  /** Without any, in memory of the device's. */
  public Complaints(KernelMemory memory) {
    this.memory = memory;
    note = memory.allocate(BYTES);
    memory.upload(none, note, 0);
  }

  /** The number of a new check, to be given to its kernel. Checks are never forgotten: make one for a kind of call. */
  long add(Message message) {
    messages.add(message);
    return messages.size();
  }

  /** Where a kernel is to write; from now on the host looks there. */
  long note() {
    possible = true;
    return note.handle();
  }

  /** That kernels with checks were started in some other way than one by one; from now on the host looks, too. */
  public void expect() {
    possible = true;
  }

  /** Asks for the note, to be {@link #raise raised} once the queue was waited for. */
  public void fetch() {
    if (possible) memory.readLater(note, host);
  }

  /** Throws what was found wrong, if anything was, once. To be called when the device was waited for. */
  public void raise() {
    if (!possible) return;
    possible = false;
    raise(host);
  }

  /** Throws what a copy of the note says that was found wrong, if anything was. */
  public void raise(MemorySegment copy) {
    long number = copy.get(JAVA_LONG, 0);
    if (number == 0) return;
    memory.upload(none, note, 0);
    throw messages.get((int) number - 1).of(copy.get(JAVA_LONG, 8), copy.get(JAVA_LONG, 16));
  }

  /** The note itself; its first number is 0 as long as nothing is wrong. */
  public KernelBuffer buffer() {
    return note;
  }

  @Override
  public void close() {
    memory.free(note);
    arena.close();
  }
}
