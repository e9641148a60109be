package io.jacquard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sums and extremes of float32 in plain loops, some on Java arrays, of which C2 makes vectors by itself. They need no Vector
 * API; and they give the bits of {@link FloatFolds} where they are told to use as many chains as that has lanes.
 */
final class PlainFolds {
  private PlainFolds() {}

  /**
   * The sum of n floats, in {@code 8 * chains} chains; {@code chains} is a power of two, at most 16.
   *
   * @param scratch memory for {@code chains} floats
   */
  static double sum(long from, int n, int chains, long scratch) {
    int whole = n & -chains;
    if (whole == 0) return few(from, n);
    sumChains(from, whole, chains, scratch);
    return few(scratch, chains) + few(from + 4L * whole, n - whole);
  }

  /** The sum of a few floats, in four chains: a single one would wait for each addition. */
  static double few(long from, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      long at = from + 4L * k;
      a += Memory.getFloat(at);
      b += Memory.getFloat(at + 4);
      c += Memory.getFloat(at + 8);
      d += Memory.getFloat(at + 12);
    }
    for (; k < n; k++) a += Memory.getFloat(from + 4L * k);
    return a + b + (c + d);
  }

  /** The sums of every {@code chains}th number, n being a multiple of that. */
  static void sumChains(long from, int n, int chains, long to) {
    int all = 8 * chains;
    var scratch = Scratch.mine();
    var sums = scratch.sums;
    var block = scratch.row;
    Arrays.fill(sums, 0, all, 0f);
    int k = 0;
    for (; k + all <= n; k += all) {
      MemorySegment.copy(Memory.ALL, Memory.FLOAT, from + 4L * k, block, 0, all);
      for (int l = 0; l < all; l++) sums[l] += block[l];
    }
    for (; k < n; k++) sums[k % chains] += Memory.getFloat(from + 4L * k);
    // a tree: of eight sums four, of those two, of those one
    for (int half = all / 2; half >= chains; half /= 2) {
      for (int l = 0; l < half; l++) sums[l] += sums[l + half];
    }
    for (int l = 0; l < chains; l++) Memory.setFloat(to + 4L * l, sums[l]);
  }

  /** The larger or smaller of {@code best} and n floats, in two chains; NaN if there is one. */
  static float extreme(boolean largest, float best, long from, int n) {
    float other = best;
    int k = 0;
    for (; k + 1 < n; k += 2) {
      best = extreme(largest, best, Memory.getFloat(from + 4L * k));
      other = extreme(largest, other, Memory.getFloat(from + 4L * k + 4));
    }
    if (k < n) best = extreme(largest, best, Memory.getFloat(from + 4L * k));
    return extreme(largest, best, other);
  }

  static float extreme(boolean largest, float x, float y) {
    return largest ? FloatMath.max(x, y) : FloatMath.min(x, y);
  }

  /** Adds some rows of n floats, {@code stride} bytes apart, to a row of sums: each column in the order of the rows. */
  static void addRows(long from, long stride, int rows, int n, long sums) {
    var scratch = Scratch.mine();
    var sum = scratch.sums;
    var row = scratch.row;
    for (int k = 0; k < n; k += sum.length) {
      int count = Math.min(sum.length, n - k);
      MemorySegment.copy(Memory.ALL, Memory.FLOAT, sums + 4L * k, sum, 0, count);
      for (int r = 0; r < rows; r++) {
        MemorySegment.copy(Memory.ALL, Memory.FLOAT, from + r * stride + 4L * k, row, 0, count);
        for (int l = 0; l < count; l++) sum[l] += row[l];
      }
      MemorySegment.copy(sum, 0, Memory.ALL, Memory.FLOAT, sums + 4L * k, count);
    }
  }
}
