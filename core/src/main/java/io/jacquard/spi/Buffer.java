package io.jacquard.spi;

/** A piece of a device's memory, allocated and freed by its {@link Backend}. Only the backend knows what is inside. */
public interface Buffer {
  /** The size that was asked for at allocation, in bytes. */
  long bytes();
}
