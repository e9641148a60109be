package io.jacquard.cuda;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.plan.Complaints;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Mailbox;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;

/**
 * Letters in pinned memory: a copy on the stream, an event behind it, and the host waits for that event alone. In front of
 * its bytes a letter has the note of what kernels have refused.
 */
final class CudaMailbox implements Mailbox {
  private static final long NOTE = 64;

  private final CudaQueue queue;
  private final Driver driver;
  private final Complaints complaints;
  private final Letter[] letters = new Letter[LETTERS];

  private static final class Letter {
    long event;
    /** The note, then what is sent; empty before the first sending, which tells the size. */
    MemorySegment memory = MemorySegment.NULL;
    long bytes;
    boolean underWay;
  }

  CudaMailbox(CudaQueue queue) {
    this.queue = queue;
    driver = queue.driver();
    complaints = queue.complaints();
    queue.enter();
    var made = new long[1];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = new Letter();
      queue.check(driver.createEvent(made), "Making an event", 0, "");
      letters[i].event = made[0];
    }
  }

  @Override
  public View refusal() {
    return new View(complaints.buffer(), DType.INT64, Layout.contiguous(Shape.SCALAR));
  }

  @Override
  public void send(int which, Buffer from, long bytes) {
    queue.enter();
    var letter = letters[which];
    if (letter.memory.byteSize() < NOTE + bytes) make(letter, NOTE + bytes);
    letter.bytes = bytes;
    long to = letter.memory.address();
    queue.check(driver.copyToHost(to, complaints.buffer().handle(), Complaints.BYTES, queue.stream()),
        "A report of", Complaints.BYTES, "bytes");
    queue.check(driver.copyToHost(to + NOTE, ((CudaBuffer) from).address(), bytes, queue.stream()),
        "A report of", bytes, "bytes");
    queue.check(driver.recordEvent(letter.event, queue.stream()), "Recording an event", 0, "");
    letter.underWay = true;
  }

  @SuppressWarnings("restricted") // the launcher allows native access
  private void make(Letter letter, long bytes) {
    free(letter);
    var made = new long[1];
    queue.check(driver.allocatePinned(bytes, made), "Pinning", bytes, "bytes of the host's memory");
    letter.memory = MemorySegment.ofAddress(made[0]).reinterpret(bytes);
  }

  @Override
  public MemorySegment await(int which) {
    queue.enter();
    var letter = letters[which];
    arrive(letter);
    complaints.raise(letter.memory.asSlice(0, Complaints.BYTES));
    return letter.memory.asSlice(NOTE, letter.bytes);
  }

  private void arrive(Letter letter) {
    if (letter.underWay) queue.check(driver.waitEvent(letter.event), "Waiting for reports of steps", 0, "");
    letter.underWay = false;
  }

  private void free(Letter letter) {
    arrive(letter);
    if (letter.memory.byteSize() > 0)
      queue.check(driver.freePinned(letter.memory.address()), "Freeing pinned memory", 0, "");
    letter.memory = MemorySegment.NULL;
  }

  @Override
  public void close() {
    if (queue.isLost()) return; // nothing native is called any more
    queue.enter();
    for (var letter : letters) {
      free(letter);
      queue.check(driver.destroyEvent(letter.event), "Destroying an event", 0, "");
    }
  }
}
