package io.jacquard.spi;

/**
 * A piece of a device's memory, allocated and freed by its {@link Backend}. Only the backend knows what is inside.
 *
 * <pre>{@code
 * Buffer buffer = backend.allocate(4096);
 * backend.free(buffer);
 * }</pre>
 */
public interface Buffer {
  /** The size that was asked for at allocation, in bytes. */
  long bytes();
}
