package io.jacquard.cpu;

import io.jacquard.expr.Philox;

/** Fills blocks with the uniform numbers that {@link Philox} defines, one counter at a time. */
final class PlainRandom {
  private PlainRandom() {}

  /**
   * The uniforms of elements {@code index} to {@code index + n}.
   *
   * @param four room for what a counter gives
   */
  static void fill(long seed, long draw, long index, int n, int[] four, long to) {
    long end = index + n;
    for (long counter = index >>> 2; counter << 2 < end; counter++) {
      Philox.block(seed, draw, counter, four);
      for (int w = 0; w < 4; w++) {
        long i = 4 * counter + w;
        if (i >= index && i < end) Memory.setFloat(to + Float.BYTES * (i - index), Philox.unit(four[w]));
      }
    }
  }
}
