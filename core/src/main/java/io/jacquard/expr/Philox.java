package io.jacquard.expr;

/**
 * The counter-based random generator Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as
 * 1, 2, 3, SC 2011), and the one way in which Jacquard reads numbers from it.
 *
 * <pre>{@code
 * float u = Philox.uniform(42, 0, 1000);   // element 1000 of draw 0 under seed 42
 * }</pre>
 *
 * <p>Element {@code i} of draw {@code d} under seed {@code s} is word {@code i mod 4} of the block with counter
 * {@code (lo(i div 4), hi(i div 4), lo(d), hi(d))} and key {@code (lo(s), hi(s))}. So a value depends on nothing else:
 * not on threads, strides or the backend.
 */
public final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final long LOW = 0xffffffffL;

  private Philox() {}

  /** The 32 random bits of element {@code index} in draw {@code draw} under {@code seed}. */
  public static int bits(long seed, long draw, long index) {
    var block = new int[4];
    block(seed, draw, index >>> 2, block);
    // With constant positions the array never comes into being.
    return switch ((int) index & 3) {
      case 0 -> block[0];
      case 1 -> block[1];
      case 2 -> block[2];
      default -> block[3];
    };
  }

  /** The four words for elements {@code 4*counter} to {@code 4*counter + 3}. */
  public static void block(long seed, long draw, long counter, int[] four) {
    int c0 = (int) counter;
    int c1 = (int) (counter >>> 32);
    int c2 = (int) draw;
    int c3 = (int) (draw >>> 32);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = M0 * (c0 & LOW);
      long p1 = M1 * (c2 & LOW);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c0 = n0;
      c1 = (int) p1;
      c2 = n2;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    four[0] = c0;
    four[1] = c1;
    four[2] = c2;
    four[3] = c3;
  }

  /** A float in [0, 1) from 32 random bits: the upper 24 of them. */
  public static float unit(int bits) {
    return (bits >>> 8) * 0x1p-24f;
  }

  /** The uniform float in [0, 1) of one element. */
  public static float uniform(long seed, long draw, long index) {
    return unit(bits(seed, draw, index));
  }
}
