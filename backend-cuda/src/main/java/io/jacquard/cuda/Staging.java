package io.jacquard.cuda;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Pinned memory of the host through which everything moves. It has two halves: while the GPU reads one, the host writes the
 * other; an event behind a half's last copy says when it may be written again. So an upload returns at once, unless the GPU
 * is a whole half behind.
 */
final class Staging {
  static final long HALF = 4L << 20;
  /** What may be read without waiting for it, behind the halves. */
  private static final long LATER = 64;
  private static final long BYTES = 2 * HALF + LATER;
  private static final long ALIGNMENT = 64;

  private final Driver driver;
  private final CudaQueue queue;
  private final MemorySegment memory;
  private final long[] events = new long[2];
  private final boolean[] recorded = new boolean[2];
  private int half;
  private long used;
  /** Where what was read behind the halves belongs. */
  private @Nullable MemorySegment awaited;

  @SuppressWarnings("restricted") // the launcher allows native access
  Staging(Driver driver, CudaQueue queue) {
    this.driver = driver;
    this.queue = queue;
    var made = new long[1];
    queue.check(driver.allocatePinned(BYTES, made), "Pinning", BYTES, "bytes of the host's memory");
    memory = MemorySegment.ofAddress(made[0]).reinterpret(BYTES);
    for (int h = 0; h < 2; h++) {
      queue.check(driver.createEvent(made), "Making an event", 0, "");
      events[h] = made[0];
    }
  }

  void upload(MemorySegment from, long to) {
    long bytes = from.byteSize();
    for (long done = 0; done < bytes;) {
      if (used == HALF) nextHalf();
      long part = Math.min(bytes - done, HALF - used);
      long at = half * HALF + used;
      MemorySegment.copy(from, done, memory, at, part);
      queue.check(driver.copyToDevice(to + done, memory.address() + at, part, queue.stream()), "An upload of",
          bytes, "bytes");
      used = Math.min(HALF, used + part + ALIGNMENT - 1 & -ALIGNMENT);
      done += part;
    }
  }

  private void nextHalf() {
    queue.check(driver.recordEvent(events[half], queue.stream()), "Recording an event", 0, "");
    recorded[half] = true;
    half = 1 - half;
    used = 0;
    if (recorded[half])
      queue.check(driver.waitEvent(events[half]), "Waiting for uploads", 0, "");
    recorded[half] = false;
  }

  void download(long from, MemorySegment to) {
    long bytes = to.byteSize();
    for (long done = 0; done < bytes;) {
      long part = Math.min(bytes - done, HALF);
      if (done == 0) nextHalf(); // uploads that are under way keep theirs
      queue.check(driver.copyToHost(memory.address() + half * HALF, from + done, part, queue.stream()),
          "A download of", bytes, "bytes");
      queue.finish();
      MemorySegment.copy(memory, half * HALF, to, done, part);
      done += part;
    }
  }

  /** Reads a few bytes, which are in {@code to} once the stream is empty. */
  void readLater(long from, MemorySegment to) {
    if (to.byteSize() > LATER || awaited != null) throw new IllegalStateException("more than one note");
    queue.check(driver.copyToHost(memory.address() + 2 * HALF, from, to.byteSize(), queue.stream()),
        "A download of", to.byteSize(), "bytes");
    awaited = to;
  }

  /** To be called when the stream is known to be empty. */
  void emptied() {
    if (awaited != null) MemorySegment.copy(memory, 2 * HALF, awaited, 0, awaited.byteSize());
    awaited = null;
    recorded[0] = false;
    recorded[1] = false;
    used = 0;
  }

  void close() {
    for (long event : events) queue.check(driver.destroyEvent(event), "Destroying an event", 0, "");
    queue.check(driver.freePinned(memory.address()), "Freeing pinned memory", 0, "");
  }
}
