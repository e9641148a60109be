package io.jacquard.cpu;

import java.lang.foreign.Arena;

/**
 * A thread's own working memory, used as a stack: who takes from it gives all back before it returns.
 *
 * <pre>{@code
 * var scratch = Scratch.mine();
 * long mark = scratch.mark();
 * long block = scratch.take(4096);
 * ...
 * scratch.release(mark);
 * }</pre>
 */
final class Scratch {
  static final long BYTES = 4L << 20;

  private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);

  /** Keeps the memory alive as long as this object, that is, as long as the thread. */
  private final Arena arena = Arena.ofAuto();
  private final long start = Memory.allocateFor(arena, BYTES);
  private long top = start;
  /** Room for one block of random numbers. */
  final int[] four = new int[4];
  /** For loops on Java arrays: sums, and what is added to them. */
  final float[] sums = new float[128];
  final float[] row = new float[128];
  private long[] addresses = new long[16];

  private final RowWalk walk = new RowWalk();

  private Scratch() {}

  static Scratch mine() {
    return MINE.get();
  }

  long mark() {
    return top;
  }

  void release(long mark) {
    top = mark;
  }

  /** Memory aligned to 64 bytes, until the mark before it is released. */
  long take(long bytes) {
    long taken = top;
    long next = taken + bytes + Memory.ALIGNMENT - 1 & -Memory.ALIGNMENT;
    if (next > start + BYTES)
      throw new IllegalStateException(bytes + " bytes of working memory asked for; a thread has " + BYTES);
    top = next;
    return taken;
  }

  /** A walk over rows, the same one each time: for drivers that do not call one another. */
  RowWalk walk() {
    return walk;
  }

  /** An array of at least {@code n} longs, the same one each time: for drivers that do not call one another. */
  long[] addresses(int n) {
    if (addresses.length < n) addresses = new long[2 * n];
    return addresses;
  }
}
