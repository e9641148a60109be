package io.jacquard.kernels.plan;

import io.jacquard.spi.Buffer;
import java.lang.foreign.MemorySegment;

/**
 * The memory of a device with one queue, on which copies and kernels happen in the order in which they were asked for. Its
 * methods are those of {@link io.jacquard.spi.Backend}, and what planners need besides.
 *
 * <pre>{@code
 * var scratch = memory.allocate(1 << 16);
 * memory.retire(scratch);
 * }</pre>
 */
public interface KernelMemory {
  /** Memory whose bytes are undefined. */
  KernelBuffer allocate(long bytes);

  /** Gives memory back; kernels that were started before may still use it. */
  void free(Buffer buffer);

  /**
   * Gives memory back that planners had for themselves. Where steps are captured, with the addresses that they had, it must
   * not be given out anew before these steps are gone.
   */
  default void retire(KernelBuffer buffer) {
    free(buffer);
  }

  /** Copies to the buffer; {@code from} may change after the return. */
  void upload(MemorySegment from, Buffer to, long offset);

  /** Copies from the buffer, waiting for all that was asked for before. */
  void download(Buffer from, long offset, MemorySegment to);

  /** Waits for all that was asked for. */
  void synchronize();

  /** Copies a buffer's first bytes into {@code to}, where they are once the device was waited for. */
  void readLater(KernelBuffer from, MemorySegment to);
}
