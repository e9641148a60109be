package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * What layer norm does to one row of float32, in vectors; weight and bias are always there, ones and zeros if need be.
 *
 * <p>Each method has a twin of plain loops with the same order of operations and thus the same bits. It serves until
 * {@link #warm} has seen the vector form compiled, and for the numbers behind the last whole vector.
 */
class NormRows {
  static final int LANES = Simd.LANES;
  static final int V = Simd.BYTES;
  /** Bytes of what {@link #put} leaves for a row. */
  static final long ROW = 16;

  /** Set once; a race only means some more calls of the twins. */
  private static volatile boolean compiled;

  private static final class Written {
    static final NormRows LOOPS = LoopWriter.write(NormRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  NormRows() {}

  /** The loops on vectors. */
  static NormRows vectors() {
    return Written.LOOPS;
  }

  /**
   * The sum of {@code (x - mean)^2}.
   *
   * @param lanes scratch memory of two vectors
   */
  static double squares(long x, int n, float mean, long lanes) {
    int whole = n & -LANES;
    double sum = 0;
    if (whole > 0) {
      if (compiled) vectors().squaresLanes(x, whole, mean, lanes);
      else squaresLanesTwin(x, whole, mean, lanes);
      for (int l = 0; l < LANES; l++) sum += Memory.getFloat(lanes + 4L * l);
    }
    for (int k = whole; k < n; k++) {
      float d = Memory.getFloat(x + 4L * k) - mean;
      sum += d * d;
    }
    return sum;
  }

  void squaresLanes(long x, int n, float mean, long lanes) {
    long end = x + 4L * n;
    var m = VectorMath.broadcast(mean);
    var a = FloatVector.zero(Simd.FLOATS);
    var b = a;
    for (; x + 2 * V <= end; x += 2 * V) {
      var d = VectorMath.load(x).sub(m);
      var e = VectorMath.load(x + V).sub(m);
      a = d.fma(d, a);
      b = e.fma(e, b);
    }
    if (x < end) {
      var d = VectorMath.load(x).sub(m);
      a = d.fma(d, a);
    }
    VectorMath.store(a.add(b), lanes);
  }

  static void squaresLanesTwin(long x, int n, float mean, long lanes) {
    var a = new float[2 * LANES];
    for (int k = 0; k < n; k++) {
      int lane = lane(k, n);
      float d = Memory.getFloat(x + 4L * k) - mean;
      a[lane] = Math.fma(d, d, a[lane]);
    }
    for (int l = 0; l < LANES; l++) Memory.setFloat(lanes + 4L * l, a[l] + a[l + LANES]);
  }

  /** In which of two vectors of sums number k of n goes, and where in it. */
  private static int lane(int k, int n) {
    int pairs = n / (2 * LANES) * (2 * LANES);
    return k < pairs ? k % (2 * LANES) : k % LANES;
  }

  /** {@code y = (x - mean) * rstd * w + b}. */
  static void normalize(long x, long y, long w, long b, int n, float mean, float rstd) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().normalizeVectors(x, y, w, b, whole, mean, rstd);
    for (int k = whole; k < n; k++) {
      float normal = (Memory.getFloat(x + 4L * k) - mean) * rstd;
      Memory.setFloat(y + 4L * k, Math.fma(normal, Memory.getFloat(w + 4L * k), Memory.getFloat(b + 4L * k)));
    }
  }

  void normalizeVectors(long x, long y, long w, long b, int n, float mean, float rstd) {
    var m = VectorMath.broadcast(mean);
    var r = VectorMath.broadcast(rstd);
    for (long at = 0; at < 4L * n; at += V) {
      var normal = VectorMath.load(x + at).sub(m).mul(r);
      VectorMath.store(normal.fma(VectorMath.load(w + at), VectorMath.load(b + at)), y + at);
    }
  }

  /**
   * The sums of {@code g * w} and of {@code g * w * (x - mean)}, left at {@code sums} as two doubles.
   *
   * @param lanes scratch memory of two vectors
   */
  static void dots(long g, long x, long w, int n, float mean, long lanes, long sums) {
    int whole = n & -LANES;
    double first = 0;
    double second = 0;
    if (whole > 0) {
      if (compiled) vectors().dotsLanes(g, x, w, whole, mean, lanes);
      else dotsLanesTwin(g, x, w, whole, mean, lanes);
      for (int l = 0; l < LANES; l++) {
        first += Memory.getFloat(lanes + 4L * l);
        second += Memory.getFloat(lanes + V + 4L * l);
      }
    }
    for (int k = whole; k < n; k++) {
      float gw = Memory.getFloat(g + 4L * k) * Memory.getFloat(w + 4L * k);
      first += gw;
      second += gw * (Memory.getFloat(x + 4L * k) - mean);
    }
    Memory.setDouble(sums, first);
    Memory.setDouble(sums + 8, second);
  }

  void dotsLanes(long g, long x, long w, int n, float mean, long lanes) {
    var m = VectorMath.broadcast(mean);
    var a = FloatVector.zero(Simd.FLOATS);
    var b = a;
    var c = a;
    var d = a;
    long at = 0;
    for (; at + 2 * V <= 4L * n; at += 2 * V) {
      var gw = VectorMath.load(g + at).mul(VectorMath.load(w + at));
      var next = VectorMath.load(g + at + V).mul(VectorMath.load(w + at + V));
      a = a.add(gw);
      b = b.add(next);
      c = gw.fma(VectorMath.load(x + at).sub(m), c);
      d = next.fma(VectorMath.load(x + at + V).sub(m), d);
    }
    if (at < 4L * n) {
      var gw = VectorMath.load(g + at).mul(VectorMath.load(w + at));
      a = a.add(gw);
      c = gw.fma(VectorMath.load(x + at).sub(m), c);
    }
    VectorMath.store(a.add(b), lanes);
    VectorMath.store(c.add(d), lanes + V);
  }

  static void dotsLanesTwin(long g, long x, long w, int n, float mean, long lanes) {
    var a = new float[2 * LANES];
    var c = new float[2 * LANES];
    for (int k = 0; k < n; k++) {
      int lane = lane(k, n);
      float gw = Memory.getFloat(g + 4L * k) * Memory.getFloat(w + 4L * k);
      a[lane] += gw;
      c[lane] = Math.fma(gw, Memory.getFloat(x + 4L * k) - mean, c[lane]);
    }
    for (int l = 0; l < LANES; l++) {
      Memory.setFloat(lanes + 4L * l, a[l] + a[l + LANES]);
      Memory.setFloat(lanes + V + 4L * l, c[l] + c[l + LANES]);
    }
  }

  /**
   * The gradients of two rows at once, with what {@link #put} left for each and {@code normal = (x - mean) * rstd}:
   * {@code dx = rstd * (g * w - first - normal * second)}, {@code dw += g * normal} and {@code db += g}. Two, so that the
   * gradients of weight and bias are read and written half as often.
   *
   * @param rows twice {@link #ROW} bytes
   */
  static void gradients(long g, long x, long dx, long nextG, long nextX, long nextDx, long w, long dw,
      long db,
      int n, long rows) {
    int whole = compiled ? n & -LANES : 0;
    if (whole > 0) vectors().gradientVectors(g, x, dx, nextG, nextX, nextDx, w, dw, db, whole, rows);
    for (int k = whole; k < n; k++) {
      gradient(g, x, dx, w, dw, db, k, rows);
      gradient(nextG, nextX, nextDx, w, dw, db, k, rows + ROW);
    }
  }

  private static void gradient(long g, long x, long dx, long w, long dw, long db, int k, long row) {
    float gk = Memory.getFloat(g + 4L * k);
    float rstd = Memory.getFloat(row + 4);
    float normal = (Memory.getFloat(x + 4L * k) - Memory.getFloat(row)) * rstd;
    float apart = gk * Memory.getFloat(w + 4L * k) - Memory.getFloat(row + 8);
    Memory.setFloat(dx + 4L * k, Math.fma(normal, -Memory.getFloat(row + 12), apart) * rstd);
    Memory.setFloat(dw + 4L * k, Math.fma(gk, normal, Memory.getFloat(dw + 4L * k)));
    Memory.setFloat(db + 4L * k, Memory.getFloat(db + 4L * k) + gk);
  }

  /** Leaves for {@link #gradients} what it needs of a row; {@code sums} is what {@link #dots} gave for its n numbers. */
  static void put(float mean, float rstd, long sums, int n, long row) {
    Memory.setFloat(row, mean);
    Memory.setFloat(row + 4, rstd);
    Memory.setFloat(row + 8, (float) (Memory.getDouble(sums) / n));
    Memory.setFloat(row + 12, (float) (rstd * Memory.getDouble(sums + 8) / n));
  }

  void gradientVectors(long g, long x, long dx, long nextG, long nextX, long nextDx, long w, long dw, long db,
      int n, long rows) {
    var m = VectorMath.broadcast(Memory.getFloat(rows));
    var r = VectorMath.broadcast(Memory.getFloat(rows + 4));
    var f = VectorMath.broadcast(Memory.getFloat(rows + 8));
    var s = VectorMath.broadcast(-Memory.getFloat(rows + 12));
    var nextM = VectorMath.broadcast(Memory.getFloat(rows + ROW));
    var nextR = VectorMath.broadcast(Memory.getFloat(rows + ROW + 4));
    var nextF = VectorMath.broadcast(Memory.getFloat(rows + ROW + 8));
    var nextS = VectorMath.broadcast(-Memory.getFloat(rows + ROW + 12));
    for (long at = 0; at < 4L * n; at += V) {
      var wv = VectorMath.load(w + at);
      var gv = VectorMath.load(g + at);
      var normal = VectorMath.load(x + at).sub(m).mul(r);
      VectorMath.store(normal.fma(s, gv.mul(wv).sub(f)).mul(r), dx + at);
      var nextGv = VectorMath.load(nextG + at);
      var nextNormal = VectorMath.load(nextX + at).sub(nextM).mul(nextR);
      VectorMath.store(nextNormal.fma(nextS, nextGv.mul(wv).sub(nextF)).mul(nextR), nextDx + at);
      VectorMath.store(nextGv.fma(nextNormal, gv.fma(normal, VectorMath.load(dw + at))), dw + at);
      VectorMath.store(VectorMath.load(db + at).add(gv).add(nextGv), db + at);
    }
  }

  /** Runs the vector forms once on some scratch memory, for the sake of being compiled. */
  void warm(long scratch) {
    int n = 9 * LANES;
    long lanes = scratch + 4L * n;
    long out = lanes + 2 * V;
    squaresLanes(scratch, n, 0, lanes);
    normalizeVectors(scratch, out, scratch, scratch, n, 0, 0);
    dotsLanes(scratch, scratch, scratch, n, 0, lanes);
    gradientVectors(scratch, scratch, out, scratch, scratch, out, scratch, out, out + 4L * n, n, scratch);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }
}
