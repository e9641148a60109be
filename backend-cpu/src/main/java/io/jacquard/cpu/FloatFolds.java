package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * Sums and extremes of float32, in vectors. A block is folded lane by lane and the lanes are combined at the end, always
 * in the same order; columns are folded row after row.
 *
 * <p>Each method has a twin of plain loops, most in {@link PlainFolds}, with the same order of operations and thus the same
 * bits. It serves until {@link #warm} has seen the vector form compiled, before which that would be a hundred times slower.
 */
class FloatFolds {
  static final int LANES = Simd.LANES;
  /** Bytes of a vector, of the four that columns are added in, and of the eight that a sum runs in. */
  static final int V = Simd.BYTES;
  static final int FOUR = 4 * V;
  static final int EIGHT = 8 * V;

  /** Set once; a race only means some more calls of the twins. */
  private static volatile boolean compiled;

  private static final class Written {
    static final FloatFolds LOOPS = LoopWriter.write(FloatFolds.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  FloatFolds() {}

  /** The loops on vectors. */
  static FloatFolds vectors() {
    return Written.LOOPS;
  }

  /**
   * The sum of n floats.
   *
   * @param lanes scratch memory of one vector
   */
  static double sum(long from, int n, long lanes) {
    int whole = compiled ? n & -LANES : 0;
    if (whole == 0) return PlainFolds.sum(from, n, LANES, lanes);
    vectors().sumLanes(from, whole, lanes);
    return PlainFolds.few(lanes, LANES) + PlainFolds.few(from + 4L * whole, n - whole);
  }

  void sumLanes(long from, int n, long lanes) {
    long end = from + 4L * n;
    var a = FloatVector.zero(Simd.FLOATS);
    var b = a;
    var c = a;
    var d = a;
    var e = a;
    var f = a;
    var g = a;
    var h = a;
    for (; from + EIGHT <= end; from += EIGHT) {
      a = a.add(VectorMath.load(from));
      b = b.add(VectorMath.load(from + V));
      c = c.add(VectorMath.load(from + 2 * V));
      d = d.add(VectorMath.load(from + 3 * V));
      e = e.add(VectorMath.load(from + 4 * V));
      f = f.add(VectorMath.load(from + 5 * V));
      g = g.add(VectorMath.load(from + 6 * V));
      h = h.add(VectorMath.load(from + 7 * V));
    }
    for (; from < end; from += V)
      a = a.add(VectorMath.load(from));
    VectorMath.store(a.add(e).add(c.add(g)).add(b.add(f).add(d.add(h))), lanes);
  }

  /**
   * The largest or smallest of n floats, n at least 1; NaN if there is one.
   *
   * @param lanes scratch memory of one vector
   */
  static float extreme(boolean largest, long from, int n, long lanes) {
    int whole = n & -LANES;
    float best = Memory.getFloat(from);
    if (whole > 0) {
      if (compiled) vectors().extremeLanes(largest, from, whole, lanes);
      else extremeLanesTwin(largest, from, whole, lanes);
      best = PlainFolds.extreme(largest, best, lanes, LANES);
    }
    return PlainFolds.extreme(largest, best, from + 4L * whole, n - whole);
  }

  void extremeLanes(boolean largest, long from, int n, long lanes) {
    long end = from + 4L * n;
    var best = VectorMath.load(from);
    if (largest) {
      for (; from < end; from += V) best = VectorMath.max(best, VectorMath.load(from));
    } else {
      for (; from < end; from += V) best = VectorMath.min(best, VectorMath.load(from));
    }
    VectorMath.store(best, lanes);
  }

  static void extremeLanesTwin(boolean largest, long from, int n, long lanes) {
    Memory.copy(from, lanes, V);
    for (int k = 0; k < n; k++) {
      long lane = lanes + 4L * (k % LANES);
      Memory.setFloat(lane,
          PlainFolds.extreme(largest, Memory.getFloat(lane), Memory.getFloat(from + 4L * k)));
    }
  }

  /** Adds some rows of n floats, {@code stride} bytes apart, to a row of sums: each column in the order of the rows. */
  static void addRows(long from, long stride, int rows, int n, long sums) {
    if (!compiled) {
      PlainFolds.addRows(from, stride, rows, n, sums);
      return;
    }
    int whole = n & -LANES;
    if (whole > 0) vectors().addVectors(from, stride, rows, whole, sums);
    for (int k = whole; k < n; k++) {
      float sum = Memory.getFloat(sums + 4L * k);
      for (int r = 0; r < rows; r++) sum += Memory.getFloat(from + r * stride + 4L * k);
      Memory.setFloat(sums + 4L * k, sum);
    }
  }

  void addVectors(long from, long stride, int rows, int n, long sums) {
    long end = sums + 4L * n;
    for (; sums + FOUR <= end; sums += FOUR, from += FOUR) {
      var a = VectorMath.load(sums);
      var b = VectorMath.load(sums + V);
      var c = VectorMath.load(sums + 2 * V);
      var d = VectorMath.load(sums + 3 * V);
      long at = from;
      for (int r = 0; r < rows; r++, at += stride) {
        a = a.add(VectorMath.load(at));
        b = b.add(VectorMath.load(at + V));
        c = c.add(VectorMath.load(at + 2 * V));
        d = d.add(VectorMath.load(at + 3 * V));
      }
      VectorMath.store(a, sums);
      VectorMath.store(b, sums + V);
      VectorMath.store(c, sums + 2 * V);
      VectorMath.store(d, sums + 3 * V);
    }
    for (; sums < end; sums += V, from += V) {
      var a = VectorMath.load(sums);
      long at = from;
      for (int r = 0; r < rows; r++, at += stride) a = a.add(VectorMath.load(at));
      VectorMath.store(a, sums);
    }
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 9 * LANES;
    long lanes = scratch + 4L * n;
    sumLanes(scratch, n, lanes);
    extremeLanes(true, scratch, n, lanes);
    extremeLanes(false, scratch, n, lanes);
    addVectors(scratch, 0, 3, n, scratch);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
