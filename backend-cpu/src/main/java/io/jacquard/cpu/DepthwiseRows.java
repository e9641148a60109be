package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * The loops of depthwise convolutions, in which each channel has a window of its own: vectors of channels, tap after tap.
 * Where places and taps lie is said by tables, as for an {@link IndexedKernel}; all is in bytes.
 *
 * <p>Each channel is computed on its own, so that the plain loops behind each method, for channels that fill no vector and
 * until {@link #warm} has seen the vector form compiled, give the same bits.
 */
class DepthwiseRows {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;
  static final int FOUR = 4 * V;

  /** Set once; a race only means some more calls of plain loops. */
  private static volatile boolean compiled;

  private static final class Written {
    static final DepthwiseRows LOOPS = LoopWriter.write(DepthwiseRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  DepthwiseRows() {}

  /** The loops on vectors. */
  static DepthwiseRows vectors() {
    return Written.LOOPS;
  }

  /** The {@code places} of one {@link WindowClass} and its {@code terms}; see {@link OffsetTables}. */
  record Tables(int terms, long steps, int places, long sources, long targets) {}

  static long row(long table, int i) {
    return Memory.getLong(table + (long) i * IndexedKernel.ROW);
  }

  static long first(long steps, int t) {
    return Memory.getLong(steps + (long) t * IndexedKernel.STEP);
  }

  static long second(long steps, int t) {
    return Memory.getLong(steps + (long) t * IndexedKernel.STEP + Long.BYTES);
  }

  /** For places {@code from} to {@code to}: {@code y = sum over taps of x * w, + bias}. */
  static void gather(boolean vectors, Tables tables, int from, int to, long x, long w, long bias, long y,
      int channels) {
    int whole = vectors ? channels & -LANES : 0;
    if (whole > 0)
      vectors().gatherVectors(tables.terms, tables.steps, tables.sources + (long) from * IndexedKernel.ROW,
          tables.targets + (long) from * IndexedKernel.ROW, to - from, x, w, bias, y, 4L * whole);
    for (int p = from; p < to && whole < channels; p++) {
      long source = x + row(tables.sources, p);
      long target = y + row(tables.targets, p);
      for (long c = 4L * whole; c < 4L * channels; c += 4) {
        float sum = 0;
        for (int t = 0; t < tables.terms; t++) {
          sum = Math.fma(Memory.getFloat(source + first(tables.steps, t) + c),
              Memory.getFloat(w + second(tables.steps, t) + c), sum);
        }
        Memory.setFloat(target + c, sum + Memory.getFloat(bias + c));
      }
    }
  }

  void gatherVectors(int terms, long steps, long sources, long targets, int places, long x, long w,
      long bias, long y, long bytes) {
    for (int p = 0; p < places; p++) {
      long from = x + row(sources, p);
      long to = y + row(targets, p);
      long c = 0;
      for (; c + FOUR <= bytes; c += FOUR) {
        var s0 = FloatVector.zero(Simd.FLOATS);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        for (int t = 0; t < terms; t++) {
          long at = from + first(steps, t) + c;
          long by = w + second(steps, t) + c;
          s0 = VectorMath.load(at).fma(VectorMath.load(by), s0);
          s1 = VectorMath.load(at + V).fma(VectorMath.load(by + V), s1);
          s2 = VectorMath.load(at + 2 * V).fma(VectorMath.load(by + 2 * V), s2);
          s3 = VectorMath.load(at + 3 * V).fma(VectorMath.load(by + 3 * V), s3);
        }
        VectorMath.store(s0.add(VectorMath.load(bias + c)), to + c);
        VectorMath.store(s1.add(VectorMath.load(bias + c + V)), to + c + V);
        VectorMath.store(s2.add(VectorMath.load(bias + c + 2 * V)), to + c + 2 * V);
        VectorMath.store(s3.add(VectorMath.load(bias + c + 3 * V)), to + c + 3 * V);
      }
      for (; c < bytes; c += V) {
        var s = FloatVector.zero(Simd.FLOATS);
        for (int t = 0; t < terms; t++) {
          s = VectorMath.load(from + first(steps, t) + c)
              .fma(VectorMath.load(w + second(steps, t) + c), s);
        }
        VectorMath.store(s.add(VectorMath.load(bias + c)), to + c);
      }
    }
  }

  /** For each tap: {@code dw += sum over places of x * g}. */
  static void scatter(boolean vectors, Tables tables, long x, long g, long dw, int channels) {
    int whole = vectors ? channels & -LANES : 0;
    if (whole > 0)
      vectors().scatterVectors(tables.terms, tables.steps, tables.sources, tables.targets, tables.places, x,
          g, dw,
          4L * whole);
    for (int t = 0; t < tables.terms && whole < channels; t++) {
      for (long c = 4L * whole; c < 4L * channels; c += 4) {
        float sum = 0;
        for (int p = 0; p < tables.places; p++) {
          sum = Math.fma(Memory.getFloat(x + row(tables.sources, p) + first(tables.steps, t) + c),
              Memory.getFloat(g + row(tables.targets, p) + c), sum);
        }
        long to = dw + second(tables.steps, t) + c;
        Memory.setFloat(to, Memory.getFloat(to) + sum);
      }
    }
  }

  void scatterVectors(int terms, long steps, long sources, long targets, int places, long x, long g,
      long dw, long bytes) {
    for (int t = 0; t < terms; t++) {
      long from = x + first(steps, t);
      long to = dw + second(steps, t);
      long c = 0;
      for (; c + FOUR <= bytes; c += FOUR) {
        var s0 = FloatVector.zero(Simd.FLOATS);
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        for (int p = 0; p < places; p++) {
          long at = from + row(sources, p) + c;
          long by = g + row(targets, p) + c;
          s0 = VectorMath.load(at).fma(VectorMath.load(by), s0);
          s1 = VectorMath.load(at + V).fma(VectorMath.load(by + V), s1);
          s2 = VectorMath.load(at + 2 * V).fma(VectorMath.load(by + 2 * V), s2);
          s3 = VectorMath.load(at + 3 * V).fma(VectorMath.load(by + 3 * V), s3);
        }
        VectorMath.store(VectorMath.load(to + c).add(s0), to + c);
        VectorMath.store(VectorMath.load(to + c + V).add(s1), to + c + V);
        VectorMath.store(VectorMath.load(to + c + 2 * V).add(s2), to + c + 2 * V);
        VectorMath.store(VectorMath.load(to + c + 3 * V).add(s3), to + c + 3 * V);
      }
      for (; c < bytes; c += V) {
        var s = FloatVector.zero(Simd.FLOATS);
        for (int p = 0; p < places; p++) {
          s = VectorMath.load(from + row(sources, p) + c)
              .fma(VectorMath.load(g + row(targets, p) + c), s);
        }
        VectorMath.store(VectorMath.load(to + c).add(s), to + c);
      }
    }
  }

  /** Runs the vector forms once, for the sake of being compiled. The scratch memory is zeros: all tables say 0. */
  void warm(long scratch) {
    int few = 4;
    long tables = scratch;
    long bytes = 2L * FOUR - V;
    long x = scratch + 4L * FOUR;
    gatherVectors(few, tables, tables, tables, few, x, x, x, x + bytes, bytes);
    scatterVectors(few, tables, tables, tables, few, x, x, x + 2 * bytes, bytes);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }

  static boolean isCompiled() {
    return compiled;
  }
}
