package io.jacquard.data.image;

import io.jacquard.expr.Philox;

/**
 * The random numbers of one transform for one sample in one epoch. They follow from the seed, the epoch, the sample and
 * the transform's place in its list, and from nothing else: not from threads, nor from the order of samples.
 *
 * <pre>{@code
 * Transform darker = (image, draws) -> draws.chance(0.3) ? Transform.normalize(0, 2).apply(image, draws) : image;
 * }</pre>
 */
public final class Draws {
  /** Keeps these numbers apart from a generator's of the same seed. */
  private static final long APART = 0x7472616e73666f72L;
  private static final int PLACES = 8;
  private static final int NUMBERS = 16;

  private final long seed;
  private final long epoch;
  private long next;
  private final long end;

  /** @param place of the transform in its list */
  public Draws(long seed, long epoch, long sample, int place) {
    this.seed = seed ^ APART;
    this.epoch = epoch;
    next = (sample << PLACES | place & (1 << PLACES) - 1) << NUMBERS;
    end = next + (1L << NUMBERS);
  }

  /** The next number from [0, 1). */
  public float uniform() {
    return Philox.unit(bits());
  }

  /** The next number from [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** The next whole number from 0 to {@code bound - 1}. */
  public int below(int bound) {
    return (int) ((bits() & 0xffffffffL) * bound >>> 32);
  }

  /** True with a probability. */
  public boolean chance(double probability) {
    return uniform() < probability;
  }

  private int bits() {
    if (next == end) throw new IllegalStateException("a transform takes too many random numbers");
    return Philox.bits(seed, epoch, next++);
  }
}
