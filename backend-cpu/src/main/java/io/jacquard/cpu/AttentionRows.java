package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * What attention does to a row of scores, or of a result, in vectors. Rows of scores are worked on in whole vectors; what lies
 * behind the last score is padding.
 *
 * <p>Each method has a twin of plain loops with the same order of operations and thus the same bits. It serves until
 * {@link #warm} has seen the vector form compiled, and for the numbers behind the last whole vector.
 */
class AttentionRows {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;

  /** Set once; a race only means some more calls of the twins. */
  private static volatile boolean compiled;

  private static final class Written {
    static final AttentionRows LOOPS = LoopWriter.write(AttentionRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  AttentionRows() {}

  /** The loops on vectors. */
  static AttentionRows vectors() {
    return Written.LOOPS;
  }

  /** {@code x = x * factor}. */
  static void scale(long x, int n, float factor) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().scaleVectors(x, whole, factor);
    for (int k = whole; k < n; k++) Memory.setFloat(x + 4L * k, Memory.getFloat(x + 4L * k) * factor);
  }

  void scaleVectors(long x, int n, float factor) {
    var f = VectorMath.broadcast(factor);
    for (long at = x; at < x + 4L * n; at += V) VectorMath.store(VectorMath.load(at).mul(f), at);
  }

  /** n, rounded up to whole vectors. */
  static int whole(int n) {
    return n + LANES - 1 & -LANES;
  }

  /** Writes one number from place {@code from} on to the end of its vector. */
  static void pad(long x, int from, float value) {
    for (int k = from; k < whole(from); k++) Memory.setFloat(x + 4L * k, value);
  }

  /** Zeros in whole vectors, from place {@code from}, where one begins, to {@code to} and the end of its vector. */
  static void clear(long x, int from, int to) {
    if (compiled) {
      vectors().clearVectors(x + 4L * from, whole(to) - from);
    } else {
      for (int k = from; k < whole(to); k++) Memory.setFloat(x + 4L * k, 0);
    }
  }

  void clearVectors(long x, int n) {
    var zero = FloatVector.zero(Simd.FLOATS);
    for (long at = x; at < x + 4L * n; at += V) VectorMath.store(zero, at);
  }

  /**
   * The largest of some whole vectors; NaN if there is one.
   *
   * @param lanes scratch memory of a vector
   */
  static float max(long x, int n, long lanes) {
    if (compiled) vectors().maxLanes(x, n, lanes);
    else maxLanesTwin(x, n, lanes);
    // Four chains, none of which waits for the others, and no branches, which would often be guessed wrong.
    float a = Memory.getFloat(lanes);
    float b = Memory.getFloat(lanes + 4);
    float c = Memory.getFloat(lanes + 8);
    float d = Memory.getFloat(lanes + 12);
    for (int l = 4; l < LANES; l += 4) {
      a = Math.max(a, Memory.getFloat(lanes + 4L * l));
      b = Math.max(b, Memory.getFloat(lanes + 4L * l + 4));
      c = Math.max(c, Memory.getFloat(lanes + 4L * l + 8));
      d = Math.max(d, Memory.getFloat(lanes + 4L * l + 12));
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  void maxLanes(long x, int n, long lanes) {
    var max = VectorMath.load(x);
    for (long at = x + V; at < x + 4L * n; at += V) max = VectorMath.max(max, VectorMath.load(at));
    VectorMath.store(max, lanes);
  }

  static void maxLanesTwin(long x, int n, long lanes) {
    for (int k = 0; k < n; k++) {
      float next = Memory.getFloat(x + 4L * k);
      long lane = lanes + 4L * (k % LANES);
      Memory.setFloat(lane, k < LANES ? next : FloatMath.max(Memory.getFloat(lane), next));
    }
  }

  /**
   * {@code x = exp(x * scale - shift)} in some whole vectors.
   *
   * @param lanes memory of a vector, for the sums that {@link #sum} adds up
   */
  static void exp(long x, int n, float scale, float shift, long lanes) {
    if (compiled) vectors().expLanes(x, n, scale, shift, lanes);
    else expLanesTwin(x, n, scale, shift, lanes);
  }

  /** The sum of a vector's lanes: four sums, which do not wait for one another, and then theirs. */
  static float sum(long lanes) {
    float a = Memory.getFloat(lanes);
    float b = Memory.getFloat(lanes + 4);
    float c = Memory.getFloat(lanes + 8);
    float d = Memory.getFloat(lanes + 12);
    for (int l = 4; l < LANES; l += 4) {
      a += Memory.getFloat(lanes + 4L * l);
      b += Memory.getFloat(lanes + 4L * l + 4);
      c += Memory.getFloat(lanes + 4L * l + 8);
      d += Memory.getFloat(lanes + 4L * l + 12);
    }
    return (a + b) + (c + d);
  }

  void expLanes(long x, int n, float scale, float shift, long lanes) {
    var s = VectorMath.broadcast(scale);
    var m = VectorMath.broadcast(-shift);
    var sum = FloatVector.zero(Simd.FLOATS);
    for (long at = x; at < x + 4L * n; at += V) {
      var e = VectorMath.exp(VectorMath.load(at).fma(s, m));
      VectorMath.store(e, at);
      sum = sum.add(e);
    }
    VectorMath.store(sum, lanes);
  }

  static void expLanesTwin(long x, int n, float scale, float shift, long lanes) {
    var sums = new float[LANES];
    for (int k = 0; k < n; k++) {
      float e = FloatMath.exp(Math.fma(Memory.getFloat(x + 4L * k), scale, -shift));
      Memory.setFloat(x + 4L * k, e);
      sums[k % LANES] += e;
    }
    for (int l = 0; l < LANES; l++) Memory.setFloat(lanes + 4L * l, sums[l]);
  }

  /** {@code dp = p * (dp - dot) * scale}: from the gradient of weights to that of scores. */
  static void gradient(long p, long dp, int n, float dot, float scale) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().gradientVectors(p, dp, whole, dot, scale);
    for (int k = whole; k < n; k++) {
      float difference = Memory.getFloat(dp + 4L * k) - dot;
      Memory.setFloat(dp + 4L * k, Memory.getFloat(p + 4L * k) * difference * scale);
    }
  }

  void gradientVectors(long p, long dp, int n, float dot, float scale) {
    var d = VectorMath.broadcast(dot);
    var s = VectorMath.broadcast(scale);
    for (long at = 0; at < 4L * n; at += V)
      VectorMath.store(VectorMath.load(p + at).mul(VectorMath.load(dp + at).sub(d)).mul(s), dp + at);
  }

  /**
   * The sum of {@code x * y}.
   *
   * @param lanes scratch memory of a vector
   */
  static float dot(long x, long y, int n, long lanes) {
    int whole = n & -LANES;
    double sum = 0;
    if (whole > 0) {
      if (compiled) vectors().dotLanes(x, y, whole, lanes);
      else dotLanesTwin(x, y, whole, lanes);
      sum = sum(lanes);
    }
    for (int k = whole; k < n; k++) sum += Memory.getFloat(x + 4L * k) * Memory.getFloat(y + 4L * k);
    return (float) sum;
  }

  void dotLanes(long x, long y, int n, long lanes) {
    var sum = FloatVector.zero(Simd.FLOATS);
    for (long at = 0; at < 4L * n; at += V) sum = VectorMath.load(x + at).fma(VectorMath.load(y + at), sum);
    VectorMath.store(sum, lanes);
  }

  static void dotLanesTwin(long x, long y, int n, long lanes) {
    var sums = new float[LANES];
    for (int k = 0; k < n; k++) {
      int l = k % LANES;
      sums[l] = Math.fma(Memory.getFloat(x + 4L * k), Memory.getFloat(y + 4L * k), sums[l]);
    }
    for (int l = 0; l < LANES; l++) Memory.setFloat(lanes + 4L * l, sums[l]);
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 9 * LANES;
    long other = scratch + 4L * n;
    scaleVectors(scratch, n, 0);
    expLanes(scratch, n, 0, 0, other + 4L * n);
    maxLanes(scratch, n, other + 4L * n);
    clearVectors(scratch, n);
    gradientVectors(scratch, other, n, 0, 0);
    dotLanes(scratch, other, n, other + 4L * n);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
