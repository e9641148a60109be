package io.jacquard.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * The transforms of Winograd's minimal filtering F(4, 3) along one dimension, for rows of channels: six numbers of an image to
 * six points, three weights to six points, six points to four results. The matrices are those of Lavin and Gray: Fast
 * Algorithms for Convolutional Neural Networks (2016), section 4.2. What the gradient of the weights takes instead of the latter
 * two are their transposes: four numbers of the result's gradient to six points, six points to three taps.
 *
 * <p>All is in bytes. Each channel is computed on its own, so that the plain loops, which serve until {@link #warm} has seen
 * the vector form compiled, give the same bits.
 *
 * <p>Vectors and plain loops share a method, which C2 then finds too long to inline: two of the transforms in one piece of code
 * would be more than it keeps in registers, and every vector would become an object.
 */
class WinogradRows {
  static final int V = Simd.BYTES;
  private static final float SIXTH = 1f / 6;
  private static final float TWELFTH = 1f / 12;
  private static final float TWENTY_FOURTH = 1f / 24;

  /** Set once; a race only means some more calls of plain loops. */
  private static volatile boolean compiled;

  /** The loops as they are written here, for single numbers. */
  private static final WinogradRows PLAIN = new WinogradRows();

  private static final class Written {
    static final WinogradRows LOOPS = LoopWriter.write(WinogradRows.class);
  }

  /** For {@link LoopWriter}'s subclass. */
  WinogradRows() {}

  /** The loops for vectors, or for single numbers. */
  static WinogradRows loops(boolean vectors) {
    return vectors ? Written.LOOPS : PLAIN;
  }

  /**
   * Six rows of {@code bytes} each, {@code step} apart, to the six points at {@code to}, {@code toStep} apart; done {@code
   * count} times, {@code next} and {@code toNext} further each time.
   */
  void image(boolean vectors, int count, long bytes, long from, long step, long next, long to,
      long toStep,
      long toNext) {
    long whole = vectors ? bytes & -V : 0;
    for (int i = 0; i < count; i++, from += next, to += toNext) {
      for (long c = 0; c < whole; c += V) {
        long at = from + c;
        long into = to + c;
        var d0 = VectorMath.load(at);
        var d1 = VectorMath.load(at + step);
        var d2 = VectorMath.load(at + 2 * step);
        var d3 = VectorMath.load(at + 3 * step);
        var d4 = VectorMath.load(at + 4 * step);
        var d5 = VectorMath.load(at + 5 * step);
        var minusFour = FloatVector.broadcast(Simd.FLOATS, -4f);
        var minusFive = FloatVector.broadcast(Simd.FLOATS, -5f);
        var four = FloatVector.broadcast(Simd.FLOATS, 4f);
        var a = d2.fma(minusFour, d4);
        var b = d1.fma(minusFour, d3);
        var e = d4.sub(d2);
        var f = d3.sub(d1);
        f = f.add(f);
        VectorMath.store(d0.fma(four, d2.fma(minusFive, d4)), into);
        VectorMath.store(a.add(b), into + toStep);
        VectorMath.store(a.sub(b), into + 2 * toStep);
        VectorMath.store(e.add(f), into + 3 * toStep);
        VectorMath.store(e.sub(f), into + 4 * toStep);
        VectorMath.store(d1.fma(four, d3.fma(minusFive, d5)), into + 5 * toStep);
      }
      for (long c = whole; c < bytes; c += Float.BYTES) {
        long at = from + c;
        long into = to + c;
        float d0 = Memory.getFloat(at);
        float d1 = Memory.getFloat(at + step);
        float d2 = Memory.getFloat(at + 2 * step);
        float d3 = Memory.getFloat(at + 3 * step);
        float d4 = Memory.getFloat(at + 4 * step);
        float d5 = Memory.getFloat(at + 5 * step);
        float a = Math.fma(d2, -4f, d4);
        float b = Math.fma(d1, -4f, d3);
        float e = d4 - d2;
        float f = d3 - d1;
        f = f + f;
        Memory.setFloat(into, Math.fma(d0, 4f, Math.fma(d2, -5f, d4)));
        Memory.setFloat(into + toStep, a + b);
        Memory.setFloat(into + 2 * toStep, a - b);
        Memory.setFloat(into + 3 * toStep, e + f);
        Memory.setFloat(into + 4 * toStep, e - f);
        Memory.setFloat(into + 5 * toStep, Math.fma(d1, 4f, Math.fma(d3, -5f, d5)));
      }
    }
  }

  /** Three rows of weights to six points; otherwise as {@link #image}. */
  void weights(boolean vectors, int count, long bytes, long from, long step, long next, long to,
      long toStep,
      long toNext) {
    long whole = vectors ? bytes & -V : 0;
    for (int i = 0; i < count; i++, from += next, to += toNext) {
      for (long c = 0; c < whole; c += V) {
        long at = from + c;
        long into = to + c;
        var g0 = VectorMath.load(at);
        var g1 = VectorMath.load(at + step);
        var g2 = VectorMath.load(at + 2 * step);
        var a = g0.add(g2).mul(-SIXTH);
        var b = g1.mul(SIXTH);
        var e = g0.mul(TWENTY_FOURTH).add(g2.mul(SIXTH));
        var f = g1.mul(TWELFTH);
        VectorMath.store(g0.mul(0.25f), into);
        VectorMath.store(a.sub(b), into + toStep);
        VectorMath.store(a.add(b), into + 2 * toStep);
        VectorMath.store(e.add(f), into + 3 * toStep);
        VectorMath.store(e.sub(f), into + 4 * toStep);
        VectorMath.store(g2, into + 5 * toStep);
      }
      for (long c = whole; c < bytes; c += Float.BYTES) {
        long at = from + c;
        long into = to + c;
        float g0 = Memory.getFloat(at);
        float g1 = Memory.getFloat(at + step);
        float g2 = Memory.getFloat(at + 2 * step);
        float a = (g0 + g2) * -SIXTH;
        float b = g1 * SIXTH;
        float e = g0 * TWENTY_FOURTH + g2 * SIXTH;
        float f = g1 * TWELFTH;
        Memory.setFloat(into, g0 * 0.25f);
        Memory.setFloat(into + toStep, a - b);
        Memory.setFloat(into + 2 * toStep, a + b);
        Memory.setFloat(into + 3 * toStep, e + f);
        Memory.setFloat(into + 4 * toStep, e - f);
        Memory.setFloat(into + 5 * toStep, g2);
      }
    }
  }

  /**
   * Six rows of points to four rows of results, plus a row at {@code bias}; otherwise as {@link #image}.
   *
   * @param bias a row of zeros where there is none
   */
  void results(boolean vectors, int count, long bytes, long from, long step, long next, long bias,
      long to,
      long toStep, long toNext) {
    long whole = vectors ? bytes & -V : 0;
    for (int i = 0; i < count; i++, from += next, to += toNext) {
      for (long c = 0; c < whole; c += V) {
        long at = from + c;
        long into = to + c;
        var m1 = VectorMath.load(at + step);
        var m2 = VectorMath.load(at + 2 * step);
        var m3 = VectorMath.load(at + 3 * step);
        var m4 = VectorMath.load(at + 4 * step);
        var added = VectorMath.load(bias + c);
        var a = m1.add(m2);
        var b = m1.sub(m2);
        var e = m3.add(m4);
        var f = m3.sub(m4);
        VectorMath.store(VectorMath.load(at).add(a).add(e).add(added), into);
        VectorMath.store(f.fma(FloatVector.broadcast(Simd.FLOATS, 2f), b).add(added), into + toStep);
        VectorMath.store(e.fma(FloatVector.broadcast(Simd.FLOATS, 4f), a).add(added), into + 2 * toStep);
        VectorMath.store(
            f.fma(FloatVector.broadcast(Simd.FLOATS, 8f), b).add(VectorMath.load(at + 5 * step)).add(added),
            into + 3 * toStep);
      }
      for (long c = whole; c < bytes; c += Float.BYTES) {
        long at = from + c;
        long into = to + c;
        float m1 = Memory.getFloat(at + step);
        float m2 = Memory.getFloat(at + 2 * step);
        float m3 = Memory.getFloat(at + 3 * step);
        float m4 = Memory.getFloat(at + 4 * step);
        float added = Memory.getFloat(bias + c);
        float a = m1 + m2;
        float b = m1 - m2;
        float e = m3 + m4;
        float f = m3 - m4;
        Memory.setFloat(into, Memory.getFloat(at) + a + e + added);
        Memory.setFloat(into + toStep, Math.fma(f, 2f, b) + added);
        Memory.setFloat(into + 2 * toStep, Math.fma(e, 4f, a) + added);
        Memory.setFloat(into + 3 * toStep, Math.fma(f, 8f, b) + Memory.getFloat(at + 5 * step) + added);
      }
    }
  }

  /** Four rows of the result's gradient to six points, by the transpose of {@link #results}; otherwise as {@link #image}. */
  void gradients(boolean vectors, int count, long bytes, long from, long step, long next, long to,
      long toStep, long toNext) {
    long whole = vectors ? bytes & -V : 0;
    for (int i = 0; i < count; i++, from += next, to += toNext) {
      for (long c = 0; c < whole; c += V) {
        long at = from + c;
        long into = to + c;
        var y0 = VectorMath.load(at);
        var y1 = VectorMath.load(at + step);
        var y2 = VectorMath.load(at + 2 * step);
        var y3 = VectorMath.load(at + 3 * step);
        var a = y0.add(y2);
        var b = y1.add(y3);
        var e = y2.fma(FloatVector.broadcast(Simd.FLOATS, 4f), y0);
        var f = y3.fma(FloatVector.broadcast(Simd.FLOATS, 8f), y1.add(y1));
        VectorMath.store(y0, into);
        VectorMath.store(a.add(b), into + toStep);
        VectorMath.store(a.sub(b), into + 2 * toStep);
        VectorMath.store(e.add(f), into + 3 * toStep);
        VectorMath.store(e.sub(f), into + 4 * toStep);
        VectorMath.store(y3, into + 5 * toStep);
      }
      for (long c = whole; c < bytes; c += Float.BYTES) {
        long at = from + c;
        long into = to + c;
        float y0 = Memory.getFloat(at);
        float y1 = Memory.getFloat(at + step);
        float y2 = Memory.getFloat(at + 2 * step);
        float y3 = Memory.getFloat(at + 3 * step);
        float a = y0 + y2;
        float b = y1 + y3;
        float e = Math.fma(y2, 4f, y0);
        float f = Math.fma(y3, 8f, y1 + y1);
        Memory.setFloat(into, y0);
        Memory.setFloat(into + toStep, a + b);
        Memory.setFloat(into + 2 * toStep, a - b);
        Memory.setFloat(into + 3 * toStep, e + f);
        Memory.setFloat(into + 4 * toStep, e - f);
        Memory.setFloat(into + 5 * toStep, y3);
      }
    }
  }

  /** Six rows of points to three taps of weights, by the transpose of {@link #weights}; otherwise as {@link #image}. */
  void taps(boolean vectors, int count, long bytes, long from, long step, long next, long to,
      long toStep, long toNext) {
    long whole = vectors ? bytes & -V : 0;
    for (int i = 0; i < count; i++, from += next, to += toNext) {
      for (long c = 0; c < whole; c += V) {
        long at = from + c;
        long into = to + c;
        var m1 = VectorMath.load(at + step);
        var m2 = VectorMath.load(at + 2 * step);
        var m3 = VectorMath.load(at + 3 * step);
        var m4 = VectorMath.load(at + 4 * step);
        var minusSixth = FloatVector.broadcast(Simd.FLOATS, -SIXTH);
        var a = m1.add(m2);
        var b = m1.sub(m2);
        var e = m3.add(m4);
        var f = m3.sub(m4);
        VectorMath.store(e.fma(FloatVector.broadcast(Simd.FLOATS, TWENTY_FOURTH),
            a.fma(minusSixth, VectorMath.load(at).mul(0.25f))), into);
        VectorMath.store(f.fma(FloatVector.broadcast(Simd.FLOATS, TWELFTH), b.mul(minusSixth)),
            into + toStep);
        VectorMath.store(e.fma(FloatVector.broadcast(Simd.FLOATS, SIXTH),
            a.fma(minusSixth, VectorMath.load(at + 5 * step))), into + 2 * toStep);
      }
      for (long c = whole; c < bytes; c += Float.BYTES) {
        long at = from + c;
        long into = to + c;
        float m1 = Memory.getFloat(at + step);
        float m2 = Memory.getFloat(at + 2 * step);
        float m3 = Memory.getFloat(at + 3 * step);
        float m4 = Memory.getFloat(at + 4 * step);
        float a = m1 + m2;
        float b = m1 - m2;
        float e = m3 + m4;
        float f = m3 - m4;
        Memory.setFloat(into,
            Math.fma(e, TWENTY_FOURTH, Math.fma(a, -SIXTH, Memory.getFloat(at) * 0.25f)));
        Memory.setFloat(into + toStep, Math.fma(f, TWELFTH, b * -SIXTH));
        Memory.setFloat(into + 2 * toStep,
            Math.fma(e, SIXTH, Math.fma(a, -SIXTH, Memory.getFloat(at + 5 * step))));
      }
    }
  }

  /** Runs the vector forms once, for the sake of being compiled, on zeros. */
  void warm(long scratch) {
    long bytes = 2L * V;
    long to = scratch + 12 * bytes;
    image(true, 2, bytes, scratch, bytes, bytes, to, bytes, bytes);
    weights(true, 2, bytes, scratch, bytes, bytes, to, bytes, bytes);
    results(true, 2, bytes, scratch, bytes, bytes, scratch, to, bytes, bytes);
    gradients(true, 2, bytes, scratch, bytes, bytes, to, bytes, bytes);
    taps(true, 2, bytes, scratch, bytes, bytes, to, bytes, bytes);
  }

  /** Says that the vector forms are compiled. */
  static void useVectors() {
    compiled = true;
  }

  static boolean isCompiled() {
    return compiled;
  }
}
