package io.jacquard.cpu;

/**
 * What softmax does to one row of float32, in vectors. The numbers behind the last whole vector go through a vector of their
 * own, filled up with minus infinity, whose exponential is nothing.
 *
 * <p>The exponentials have a twin of plain loops with the same order of operations and thus the same bits. It serves until
 * {@link #warm} has seen the vector form compiled. The other methods compute each number on its own.
 */
class SoftmaxRows {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;
  /** Bytes of scratch memory: two vectors for what is behind the last whole one, one for sums; or three for extremes. */
  static final long SCRATCH = 3L * V;
  private static final int POSITIVE_INFINITY = 0x7f800000;

  /** Set once; a race only means some more calls of the twin. */
  private static volatile boolean compiled;

  private static final class Written {
    static final SoftmaxRows LOOPS = LoopWriter.write(SoftmaxRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  SoftmaxRows() {}

  /** The loops on vectors. */
  static SoftmaxRows vectors() {
    return Written.LOOPS;
  }

  /**
   * The largest of n floats; NaN if there is one.
   *
   * <p>As ints, bits are in the order of the numbers where these have no sign, and in the opposite order where they have one.
   * So the largest is what has most bits or, if all have a sign, least; NaN with a sign has the most unsigned bits.
   *
   * @param scratch memory of {@link #SCRATCH} bytes
   */
  static float largest(long x, int n, long scratch) {
    int whole = compiled ? n & -LANES : 0;
    int most = Integer.MIN_VALUE;
    int least = Integer.MAX_VALUE;
    int farthest = Integer.MIN_VALUE; // of bits with the sign turned: they are in the order of unsigned ones
    if (whole > 0) vectors().extremeBits(x, whole, scratch);
    for (int l = 0; whole > 0 && l < LANES; l++) {
      most = Math.max(most, Memory.getInt(scratch + 4L * l));
      least = Math.min(least, Memory.getInt(scratch + V + 4L * l));
      farthest = Math.max(farthest, Memory.getInt(scratch + 2L * V + 4L * l) ^ FloatMath.SIGN_BIT);
    }
    for (int k = whole; k < n; k++) {
      int bits = Memory.getInt(x + 4L * k);
      most = Math.max(most, bits);
      least = Math.min(least, bits);
      farthest = Math.max(farthest, bits ^ FloatMath.SIGN_BIT);
    }
    if (most > POSITIVE_INFINITY || farthest > POSITIVE_INFINITY) return Float.NaN;
    return Float.intBitsToFloat(most >= 0 ? most : least);
  }

  void extremeBits(long x, int n, long scratch) {
    var most = VectorMath.load(x);
    var least = most;
    var farthest = most;
    for (long at = x + V, end = x + 4L * n; at < end; at += V) {
      var bits = VectorMath.load(at);
      most = VectorMath.mostBits(most, bits);
      least = VectorMath.leastBits(least, bits);
      farthest = VectorMath.mostUnsignedBits(farthest, bits);
    }
    VectorMath.store(most, scratch);
    VectorMath.store(least, scratch + V);
    VectorMath.store(farthest, scratch + 2 * V);
  }

  /**
   * {@code y = exp(x - shift)}; returns the sum of y. Both may be the same row.
   *
   * @param shift the largest of x; where it is not finite, all results are NaN, as those of a quotient of them would be
   * @param scratch memory of {@link #SCRATCH} bytes
   */
  static double exp(long x, long y, int n, float shift, long scratch) {
    if (!(Math.abs(shift) < Float.POSITIVE_INFINITY)) {
      for (int k = 0; k < n; k++) Memory.setFloat(y + 4L * k, Float.NaN);
      return Double.NaN;
    }
    int whole = n & -LANES;
    long sums = scratch + 2L * V;
    for (int l = 0; l < LANES; l++) Memory.setFloat(sums + 4L * l, 0);
    // First for whole vectors, then for what is behind them.
    for (int done = 0; done < n;) {
      boolean inWhole = done < whole;
      long from = inWhole ? x : filled(x, whole, n, scratch);
      exponentials(from, inWhole ? y : scratch + V, inWhole ? whole : LANES, shift, sums);
      done = inWhole ? whole : n;
    }
    for (int k = whole; k < n; k++)
      Memory.setFloat(y + 4L * k, Memory.getFloat(scratch + V + 4L * (k - whole)));
    double a = 0;
    double b = 0;
    for (int l = 0; l < LANES; l += 2) {
      a += Memory.getFloat(sums + 4L * l);
      b += Memory.getFloat(sums + 4L * l + 4);
    }
    return a + b;
  }

  /** The numbers behind the last whole vector, in one of their own at {@code to}. */
  private static long filled(long x, int whole, int n, long to) {
    for (int l = 0; l < LANES; l++) {
      Memory.setFloat(to + 4L * l,
          whole + l < n ? Memory.getFloat(x + 4L * (whole + l)) : Float.NEGATIVE_INFINITY);
    }
    return to;
  }

  private static void exponentials(long x, long y, int n, float shift, long sums) {
    if (compiled) vectors().expLanes(x, y, n, shift, sums);
    else expLanesTwin(x, y, n, shift, sums);
  }

  void expLanes(long x, long y, int n, float shift, long sums) {
    var s = VectorMath.broadcast(shift);
    var sum = VectorMath.load(sums);
    for (long at = 0; at < 4L * n; at += V) {
      var e = VectorMath.expBounded(VectorMath.load(x + at).sub(s));
      VectorMath.store(e, y + at);
      sum = sum.add(e);
    }
    VectorMath.store(sum, sums);
  }

  static void expLanesTwin(long x, long y, int n, float shift, long sums) {
    for (int k = 0; k < n; k++) {
      float e = FloatMath.expBounded(Memory.getFloat(x + 4L * k) - shift);
      Memory.setFloat(y + 4L * k, e);
      long sum = sums + 4L * (k % LANES);
      Memory.setFloat(sum, Memory.getFloat(sum) + e);
    }
  }

  /**
   * {@code y = exp(x - shift) * factor}.
   *
   * @param shift not less than the largest of x, but for rounding; all results are NaN where it is not finite
   */
  static void scaledExp(long x, long y, int n, float shift, float factor) {
    if (!(Math.abs(shift) < Float.POSITIVE_INFINITY)) factor = Float.NaN;
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().scaledExpVectors(x, y, whole, shift, factor);
    for (int k = whole; k < n; k++)
      Memory.setFloat(y + 4L * k, FloatMath.expBounded(Memory.getFloat(x + 4L * k) - shift) * factor);
  }

  void scaledExpVectors(long x, long y, int n, float shift, float factor) {
    var s = VectorMath.broadcast(shift);
    var f = VectorMath.broadcast(factor);
    for (long at = 0; at < 4L * n; at += V)
      VectorMath.store(VectorMath.expBounded(VectorMath.load(x + at).sub(s)).mul(f), y + at);
  }

  /** {@code y = y * factor}. */
  static void scale(long y, int n, float factor) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().scaleVectors(y, whole, factor);
    for (int k = whole; k < n; k++) Memory.setFloat(y + 4L * k, Memory.getFloat(y + 4L * k) * factor);
  }

  void scaleVectors(long y, int n, float factor) {
    var f = VectorMath.broadcast(factor);
    for (long at = y, end = y + 4L * n; at < end; at += V) VectorMath.store(VectorMath.load(at).mul(f), at);
  }

  /** {@code y = x - first - second}. */
  static void shift(long x, long y, int n, float first, float second) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().shiftVectors(x, y, whole, first, second);
    for (int k = whole; k < n; k++)
      Memory.setFloat(y + 4L * k, Memory.getFloat(x + 4L * k) - first - second);
  }

  void shiftVectors(long x, long y, int n, float first, float second) {
    var f = VectorMath.broadcast(first);
    var s = VectorMath.broadcast(second);
    for (long at = 0; at < 4L * n; at += V) VectorMath.store(VectorMath.load(x + at).sub(f).sub(s), y + at);
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 9 * LANES;
    long y = scratch + 4L * n;
    extremeBits(scratch, n, y + 4L * n);
    expLanes(scratch, y, n, 0, y + 4L * n);
    scaledExpVectors(scratch, y, n, 0, 0);
    scaleVectors(y, n, 0);
    shiftVectors(scratch, y, n, 0, 0);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
