package io.jacquard.kernels.plan;

/**
 * Device memory for what one operation hands from kernel to kernel. Kernels run in order, so the next operation may use it. It
 * grows where a call needs more, and then lies elsewhere; captured steps go on with what they had.
 */
final class Scratch implements AutoCloseable {
  private final KernelMemory memory;
  private KernelBuffer buffer;

  Scratch(KernelMemory memory) {
    this.memory = memory;
    buffer = memory.allocate(1 << 16);
  }

  /** The handle of {@link #buffer}. */
  long atLeast(long bytes) {
    return buffer(bytes).handle();
  }

  /** A buffer of at least so many bytes; valid until the next call. */
  KernelBuffer buffer(long bytes) {
    if (bytes > buffer.bytes()) {
      long more = Math.max(bytes, 2 * buffer.bytes());
      memory.retire(buffer);
      buffer = memory.allocate(more);
    }
    return buffer;
  }

  @Override
  public void close() {
    memory.retire(buffer);
  }
}
