package io.jacquard.peers;

/**
 * The numbers that all contestants compute with: element {@code i} of stream {@code seed} is SplitMix64 of the two, cut to
 * 24 bits (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014). The Python contestant has
 * the same function.
 */
public final class Numbers {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Numbers() {}

  /** {@code count} floats from {@code -bound} to {@code bound}. */
  public static float[] uniform(int seed, int count, double bound) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (2 * unit(seed, i) - 1) * (float) bound;
    return values;
  }

  /** {@code count} whole numbers from 0 to {@code bound - 1}. */
  public static long[] labels(int seed, int count, int bound) {
    var values = new long[count];
    for (int i = 0; i < count; i++) values[i] = (long) (unit(seed, i) * bound);
    return values;
  }

  private static float unit(int seed, int i) {
    long z = (seed + 1) * GOLDEN + (i + 1L) * GOLDEN * 31;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) * 0x1p-24f;
  }
}
