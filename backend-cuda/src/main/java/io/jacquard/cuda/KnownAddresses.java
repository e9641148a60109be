package io.jacquard.cuda;

import java.util.function.LongFunction;

/**
 * JCuda's objects for addresses, which it wants for each argument: those of late are kept, so that calls that repeat make no
 * garbage.
 */
final class KnownAddresses<T> {
  private static final int SLOTS = 4096;
  /** 2^64 by the golden ratio (Knuth: The Art of Computer Programming, 6.4): neighbours come into different slots. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final LongFunction<T> make;
  private final long[] addresses = new long[SLOTS];
  private final Object[] objects = new Object[SLOTS];

  KnownAddresses(LongFunction<T> make) {
    this.make = make;
  }

  @SuppressWarnings("unchecked") // only what make gave is put in
  T of(long address) {
    int slot = (int) (address * SPREAD >>> 52);
    if (objects[slot] == null || addresses[slot] != address) {
      addresses[slot] = address;
      objects[slot] = make.apply(address);
    }
    return (T) objects[slot];
  }
}
