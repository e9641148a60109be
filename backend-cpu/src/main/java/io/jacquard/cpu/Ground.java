package io.jacquard.cpu;

/**
 * Memory on which one thread runs code for the sake of its being compiled. Each has its own: some of that code reads from
 * it where to read next, and what another thread leaves there could lead anywhere.
 */
final class Ground implements AutoCloseable {
  private static final long BYTES = 1 << 16;

  final long address = Memory.allocate(BYTES);

  Ground() {
    clear();
  }

  /** Fills it with zeros: what one leaves there, NaN for example, would take another on a path that is never compiled. */
  void clear() {
    Memory.fill(address, BYTES, (byte) 0);
  }

  @Override
  public void close() {
    Memory.free(address);
  }
}
