package io.jacquard.cpu;

import io.jacquard.expr.Philox;

/** Fills blocks with the uniform numbers that {@link Philox} defines. */
final class Random {
  private Random() {}

  /**
   * The uniforms of elements {@code index} to {@code index + n}.
   *
   * @param four room for the words of one block
   */
  static void fill(long seed, long draw, long index, long n, int[] four, long to) {
    long end = index + n;
    for (long counter = index >>> 2; counter << 2 < end; counter++) {
      Philox.block(seed, draw, counter, four);
      long first = counter << 2;
      long at = to + Float.BYTES * (first - index);
      if (first >= index && first + 4 <= end) {
        Memory.setFloat(at, Philox.unit(four[0]));
        Memory.setFloat(at + 4, Philox.unit(four[1]));
        Memory.setFloat(at + 8, Philox.unit(four[2]));
        Memory.setFloat(at + 12, Philox.unit(four[3]));
      } else {
        for (int w = 0; w < 4; w++) {
          if (first + w >= index && first + w < end) Memory.setFloat(at + 4L * w, Philox.unit(four[w]));
        }
      }
    }
  }
}
