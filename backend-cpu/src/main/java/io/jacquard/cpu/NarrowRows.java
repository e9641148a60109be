package io.jacquard.cpu;

/**
 * The lines of {@link NarrowConvolutions}: each place adds up three vectors, one from each of three neighbours. All is in bytes.
 * Plain loops, which serve until {@link #warm} has seen the vector form compiled, give the same bits.
 */
class NarrowRows {
  static final int V = Simd.BYTES;
  /** Of a neighbour's vectors. */
  static final int SUMS = NarrowConvolutions.TAPS * V;

  /** Set once; a race only means some more calls of plain loops. */
  private static volatile boolean compiled;

  /** The loops as they are written here, for single numbers. */
  private static final NarrowRows PLAIN = new NarrowRows();

  private static final class Written {
    static final NarrowRows LOOPS = LoopWriter.write(NarrowRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  NarrowRows() {}

  /** The loops for vectors, or for single numbers. */
  static NarrowRows loops(boolean vectors) {
    return vectors ? Written.LOOPS : PLAIN;
  }

  /**
   * Computes a line of results.
   *
   * @param places of the line
   * @param width places of the sums' line; what lies beyond counts as zero
   * @param first which of them the first place takes its first vector from
   * @param step from there to that of its second vector, and on to the third: 1 or -1
   * @param bias a row
   * @param zeros a row
   */
  void line(boolean vectors, int places, int width, int first, int step, long sums, long bias,
      long zeros, long to) {
    for (int p = 0; p < places; p++, to += V) {
      int q = first + p;
      long a = neighbour(q, width, sums, zeros);
      long b = neighbour(q + step, width, sums + V, zeros);
      long c = neighbour(q + 2 * step, width, sums + 2 * V, zeros);
      if (vectors) {
        VectorMath.store(
            VectorMath.load(a).add(VectorMath.load(b)).add(VectorMath.load(c)).add(VectorMath.load(bias)),
            to);
        continue;
      }
      for (int i = 0; i < V; i += Float.BYTES) {
        Memory.setFloat(to + i,
            Memory.getFloat(a + i) + Memory.getFloat(b + i) + Memory.getFloat(c + i)
                + Memory.getFloat(bias + i));
      }
    }
  }

  static long neighbour(int place, int width, long sums, long zeros) {
    return place < 0 || place >= width ? zeros : sums + (long) place * SUMS;
  }

  /** Runs the vector form once, for the sake of being compiled, on zeros. */
  void warm(long scratch) {
    line(true, 8, 7, -1, 1, scratch, scratch, scratch, scratch + 8 * SUMS);
  }

  /** Says that the vector form is compiled. */
  static void useVectors() {
    compiled = true;
  }

  static boolean isCompiled() {
    return compiled;
  }
}
