package io.jacquard.opencl;

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
 */
final class Complaints implements AutoCloseable {
  static final long BYTES = 24;

  /** Says what is wrong with a number at a position. */
  @FunctionalInterface
  interface Message {
    JacquardException of(long position, long number);
  }

  private final Queue queue;
  private final ClBuffer note;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment host = arena.allocate(BYTES, 64);
  private final MemorySegment none = arena.allocate(BYTES, 64);
  private final List<Message> messages = new ArrayList<>();
  private boolean possible;

  Complaints(Queue queue) {
    this.queue = queue;
    note = queue.allocate(BYTES);
    queue.upload(none, note, 0);
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

  /** Asks for the note, to be {@link #raise raised} once the queue was waited for. */
  void fetch() {
    if (possible) queue.readLater(note, host);
  }

  void raise() {
    if (!possible) return;
    possible = false;
    long number = host.get(JAVA_LONG, 0);
    if (number == 0) return;
    queue.upload(none, note, 0);
    throw messages.get((int) number - 1).of(host.get(JAVA_LONG, 8), host.get(JAVA_LONG, 16));
  }

  @Override
  public void close() {
    queue.free(note);
    arena.close();
  }
}
