package io.jacquard.cpu;

/** How the long sums of a float32 product are cut: it decides their bits, so all forms of products cut alike. */
final class Slabs {
  /** Steps of the sum in a slab: a tile's panel of B then takes a fifth of a 1 MB cache. */
  static final int MOST_DEPTH = 1024;

  private Slabs() {}

  /** How many steps of the sum a slab has: equal slabs, rather than full ones and a thin last one. */
  static int depth(int k) {
    if (k <= MOST_DEPTH + MOST_DEPTH / 2) return k;
    return Math.ceilDiv(Math.ceilDiv(k, Math.ceilDiv(k, MOST_DEPTH)), 16) * 16;
  }
}
