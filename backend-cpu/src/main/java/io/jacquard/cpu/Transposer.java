package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Transposes square blocks of floats, as wide as a vector, in registers.
 *
 * <p>log2(LANES) rounds exchange the off-diagonal halves of blocks of 1, 2, 4 ... lanes between pairs of rows. The
 * one subclass is written by {@link TransposerWriter} for this process's vectors.
 */
abstract class Transposer {
  // The lanes that a row keeps or takes from its partner, whose lanes count on from LANES. Rows i and i + d
  // exchange
  // lanes in groups of d; null where a vector has no such groups.
  static final @Nullable FloatVector LOW_1 = low(1);
  static final @Nullable FloatVector HIGH_1 = high(1);
  static final @Nullable FloatVector LOW_2 = low(2);
  static final @Nullable FloatVector HIGH_2 = high(2);
  static final @Nullable FloatVector LOW_4 = low(4);
  static final @Nullable FloatVector HIGH_4 = high(4);
  static final @Nullable FloatVector LOW_8 = low(8);
  static final @Nullable FloatVector HIGH_8 = high(8);

  /** Set once; a race only means some more elements that go one by one. */
  private static volatile boolean compiled;

  private static final class Holder {
    static final Transposer INSTANCE = TransposerWriter.write();
  }

  /** The transposer for this process's vectors. */
  static Transposer get() {
    return Holder.INSTANCE;
  }

  /** Whether it is fast: until C2 has compiled it, moving elements one by one is faster. */
  static boolean isCompiled() {
    return compiled;
  }

  /** Runs it once on some scratch memory, for the sake of being compiled. */
  static void warm(long scratch) {
    long row = 2L * Simd.BYTES;
    get().run(2, scratch, row, scratch + row * Simd.LANES, row);
  }

  /** A call that does nothing; see {@link UntilCompiled}. */
  static void count() {
    get().run(0, 0, 0, 0, 0);
  }

  /** Says that it is compiled. */
  static void useVectors() {
    compiled = true;
  }

  /**
   * Transposes {@code blocks} blocks that lie side by side in the source and below one another in the target.
   *
   * @param from    the first of LANES source rows
   * @param fromRow bytes from a source row to the next
   * @param to      the first target row
   * @param toRow   bytes from a target row to the next
   */
  abstract void run(int blocks, long from, long fromRow, long to, long toRow);

  private static @Nullable FloatVector low(int d) {
    float[] lanes = new float[Simd.LANES];
    for (int c = 0; c < lanes.length; c++) {
      lanes[c] = (c & d) == 0 ? c : Simd.LANES + (c - d);
    }
    return d < Simd.LANES ? FloatVector.fromArray(Simd.FLOATS, lanes, 0) : null;
  }

  private static @Nullable FloatVector high(int d) {
    float[] lanes = new float[Simd.LANES];
    for (int c = 0; c < lanes.length; c++) {
      lanes[c] = (c & d) == 0 ? c + d : Simd.LANES + c;
    }
    return d < Simd.LANES ? FloatVector.fromArray(Simd.FLOATS, lanes, 0) : null;
  }
}
