package io.jacquard.cpu;

import io.jacquard.expr.Philox;

/** Fills blocks with the uniform numbers that {@link Philox} defines. */
final class Random {
  private Random() {}

  /** The uniforms of elements {@code index} to {@code index + n}. */
  static void fill(long seed, long draw, long index, long n, long to) {
    for (long k = 0; k < n; k++)
      Memory.setFloat(to + Float.BYTES * k, Philox.uniform(seed, draw, index + k));
  }
}
