package io.jacquard.opencl;

/** Device memory for what one operation hands from kernel to kernel. The queue is in order, so the next one may use it. */
final class Scratch implements AutoCloseable {
  private final Queue queue;
  private ClBuffer buffer;

  Scratch(Queue queue) {
    this.queue = queue;
    buffer = queue.allocate(1 << 16);
  }

  /** The handle of {@link #buffer}. */
  long atLeast(long bytes) {
    return buffer(bytes).handle();
  }

  /** A buffer of at least so many bytes; valid until the next call. */
  ClBuffer buffer(long bytes) {
    if (bytes > buffer.bytes()) {
      queue.free(buffer);
      buffer = queue.allocate(Math.max(bytes, 2 * buffer.bytes()));
    }
    return buffer;
  }

  @Override
  public void close() {
    queue.free(buffer);
  }
}
