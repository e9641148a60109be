package io.jacquard.cpu;

/**
 * The functions of the scalar language on one float32.
 *
 * <p>Every method does, operation by operation, what {@link VectorMath} does to each lane, so that both give the same
 * bits (of a NaN only that it is one). Change the two together.
 *
 * <p>Errors are at most 2 units in the last place, measured by {@code FloatMathTest}. Results below the normal range
 * are subnormal, not flushed. The polynomials of exp, tanh and erf are minimax fits of our own (Lawson's iteration);
 * those of log, sin and cos are from the Cephes library (S. Moshier, logf.c and sinf.c).
 */
final class FloatMath {
  static final float LOG2_E = 1.44269504f;
  /** ln 2 in two parts, the first with few enough bits that a small integer times it is exact. */
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;
  /** 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits. */
  static final float ROUNDER = 12582912f;
  static final int ROUNDER_BITS = 0x4b400000;
  /** Above this, exp overflows; below the lower one, it rounds to zero. */
  static final float EXP_MAX = 89f;
  static final float EXP_MIN = -104f;
  /** Below this, expm1 rounds to -1. */
  static final float EXPM1_MIN = -18f;
  static final int SIGN_BIT = 0x80000000;
  static final float TWO_23 = 8388608f;
  /** The bits of sqrt(0.5), where log cuts its argument's octave. */
  static final int SQRT_HALF_BITS = 0x3f3504f3;
  static final float TWO_OVER_PI = 0x1.45f306p-1f;
  /**
   * pi/2 in five parts. The first three have so few bits that a multiple up to 2^16 of them, and the difference to an
   * argument near it, are exact.
   */
  static final float HALF_PI_1 = 0x1.92p+0f;
  static final float HALF_PI_2 = 0x1.fap-12f;
  static final float HALF_PI_3 = 0x1.5p-20f;
  static final float HALF_PI_4 = 0x1.110b46p-26f;
  static final float HALF_PI_5 = 0x1.1a6264p-54f;
  /** Up to here, sin and cos reduce their argument in float32; beyond, they go through float64. */
  static final float TRIG_MAX = 1e5f;
  static final float TANH_SPLIT = 0.625f;
  static final float ERF_SPLIT = 0.93f;

  static final float EXP_4 = 1.395048916e-03f;
  static final float EXP_3 = 8.368889558e-03f;
  static final float EXP_2 = 4.166620583e-02f;
  static final float EXP_1 = 1.666651884e-01f;
  static final float EXP_0 = 5.000000095e-01f;

  static final float TANH_4 = -5.717036560e-03f;
  static final float TANH_3 = 2.065057900e-02f;
  static final float TANH_2 = -5.374349526e-02f;
  static final float TANH_1 = 1.333149125e-01f;
  static final float TANH_0 = -3.333328392e-01f;

  static final float ERF_5 = -5.976893803e-04f;
  static final float ERF_4 = 4.990980254e-03f;
  static final float ERF_3 = -2.676556700e-02f;
  static final float ERF_2 = 1.128180277e-01f;
  static final float ERF_1 = -3.761249432e-01f;
  static final float ERF_0 = 1.283791500e-01f;

  static final float ERFC_6 = 1.123146970e-05f;
  static final float ERFC_5 = -3.228054306e-04f;
  static final float ERFC_4 = 3.642465161e-03f;
  static final float ERFC_3 = -2.376207532e-02f;
  static final float ERFC_2 = 1.062368914e-01f;
  static final float ERFC_1 = 6.351513085e-01f;
  static final float ERFC_0 = 1.286484921e-01f;

  static final float LOG_8 = 7.0376836292e-2f;
  static final float LOG_7 = -1.1514610310e-1f;
  static final float LOG_6 = 1.1676998740e-1f;
  static final float LOG_5 = -1.2420140846e-1f;
  static final float LOG_4 = 1.4249322787e-1f;
  static final float LOG_3 = -1.6668057665e-1f;
  static final float LOG_2 = 2.0000714765e-1f;
  static final float LOG_1 = -2.4999993993e-1f;
  static final float LOG_0 = 3.3333331174e-1f;

  static final float SIN_2 = -1.9515295891e-4f;
  static final float SIN_1 = 8.3321608736e-3f;
  static final float SIN_0 = -1.6666654611e-1f;
  static final float COS_2 = 2.443315711809948e-5f;
  static final float COS_1 = -1.388731625493765e-3f;
  static final float COS_0 = 4.166664568298827e-2f;

  private FloatMath() {}

  static float neg(float x) {
    return -x;
  }

  static float abs(float x) {
    return Math.abs(x);
  }

  static float sign(float x) {
    return x > 0 ? 1f : x < 0 ? -1f : x;
  }

  static float floor(float x) {
    float r = round(x);
    return withSign(r > x ? r - 1f : r, x);
  }

  static float ceil(float x) {
    float r = round(x);
    return withSign(r < x ? r + 1f : r, x);
  }

  /** To the nearest integer, halves to even. */
  static float round(float x) {
    float a = Math.abs(x);
    return withSign(a < TWO_23 ? a + TWO_23 - TWO_23 : a, x);
  }

  static float trunc(float x) {
    float a = Math.abs(x);
    float r = a < TWO_23 ? a + TWO_23 - TWO_23 : a;
    return withSign(r > a ? r - 1f : r, x);
  }

  /** Sets the sign bit of {@code value} if {@code of} has it. */
  private static float withSign(float value, float of) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | Float.floatToRawIntBits(of) & SIGN_BIT);
  }

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  static float rsqrt(float x) {
    return 1f / (float) Math.sqrt(x);
  }

  static float min(float a, float b) {
    return b < a || Float.isNaN(b) ? b : a;
  }

  static float max(float a, float b) {
    return a < b || Float.isNaN(b) ? b : a;
  }

  static float pow(float x, float y) {
    return (float) DoubleMath.pow(x, y);
  }

  static float fma(float a, float b, float c) {
    return Math.fma(a, b, c);
  }

  static float exp(float x) {
    x = x > EXP_MAX ? EXP_MAX : x;
    x = x < EXP_MIN ? EXP_MIN : x;
    float t = Math.fma(x, LOG2_E, ROUNDER);
    int k = Float.floatToRawIntBits(t) - ROUNDER_BITS;
    float p = expReduced(x, t - ROUNDER) + 1f;
    // 2^k in two factors: k may lie outside the exponents of normal numbers
    int half = k >> 1;
    return p * power(half) * power(k - half);
  }

  /** exp(x - n ln 2) - 1 */
  private static float expReduced(float x, float n) {
    float r = Math.fma(n, -LN2_HIGH, x);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(r, EXP_4, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    p = Math.fma(p, r, EXP_0);
    return Math.fma(p, r * r, r);
  }

  /** 2^k for k from -126 to 127. */
  private static float power(int k) {
    return Float.intBitsToFloat(k + 127 << 23);
  }

  /** exp for |x| up to 80, where the result is normal. */
  private static float expSmall(float x) {
    float t = Math.fma(x, LOG2_E, ROUNDER);
    float p = expReduced(x, t - ROUNDER) + 1f;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  static float expm1(float x) {
    float y = x > EXP_MAX ? EXP_MAX : x;
    y = y < EXPM1_MIN ? EXPM1_MIN : y;
    float t = Math.fma(y, LOG2_E, ROUNDER);
    int k = Float.floatToRawIntBits(t) - ROUNDER_BITS;
    float p = expReduced(y, t - ROUNDER);
    // (2^k p + 2^k - 1), halved on the way because 2^128 is no float
    float s = power(k - 1);
    float r = Math.fma(p, s, s - 0.5f);
    r = r + r;
    return withSign(Math.abs(x) < 1e-4f ? Math.fma(x * x, 0.5f, x) : r, x);
  }

  static float log(float x) {
    boolean tiny = x < Float.MIN_NORMAL;
    float y = tiny ? x * TWO_23 : x;
    int e = Float.floatToRawIntBits(y) - SQRT_HALF_BITS >> 23;
    float f = Float.intBitsToFloat(Float.floatToRawIntBits(y) - (e << 23)) - 1f;
    float exponent = tiny ? e - 23f : e;
    float r = logReduced(f, exponent, 0f);
    r = x < Float.POSITIVE_INFINITY ? r : x;
    r = x == 0f ? Float.NEGATIVE_INFINITY : r;
    return x < 0f ? Float.NaN : r;
  }

  static float log1p(float x) {
    float u = x + 1f;
    int e = Float.floatToRawIntBits(u) - SQRT_HALF_BITS >> 23;
    float f = Float.intBitsToFloat(Float.floatToRawIntBits(u) - (e << 23)) - 1f;
    // what rounding took from u; which of the two forms is exact depends on which summand is larger
    float lost = x < 1f ? x - (u - 1f) : 1f - (u - x);
    float r = logReduced(f, (float) e, lost / u);
    r = u < Float.POSITIVE_INFINITY ? r : u;
    r = u == 0f ? Float.NEGATIVE_INFINITY : r;
    r = u < 0f ? Float.NaN : r;
    return withSign(Math.abs(x) < 1e-4f ? Math.fma(x * x, -0.5f, x) : r, x);
  }

  /** log(1 + f) + e ln 2 + small */
  private static float logReduced(float f, float e, float small) {
    float z = f * f;
    float p = Math.fma(f, LOG_8, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, LOG_2);
    p = Math.fma(p, f, LOG_1);
    p = Math.fma(p, f, LOG_0);
    p = Math.fma(p, f * z, small);
    p = Math.fma(e, LN2_LOW, p);
    p = Math.fma(z, -0.5f, p);
    return Math.fma(e, LN2_HIGH, f + p);
  }

  static float sin(float x) {
    return Math.abs(x) <= TRIG_MAX ? sinQuadrant(x, 0) : (float) StrictMath.sin(x);
  }

  static float cos(float x) {
    return Math.abs(x) <= TRIG_MAX ? sinQuadrant(x, 1) : (float) StrictMath.cos(x);
  }

  /** sin(x + shift pi/2) for |x| <= TRIG_MAX */
  private static float sinQuadrant(float x, int shift) {
    float t = Math.fma(x, TWO_OVER_PI, ROUNDER);
    float n = t - ROUNDER;
    int quadrant = Float.floatToRawIntBits(t) + shift;
    float r = Math.fma(n, -HALF_PI_1, x);
    r = Math.fma(n, -HALF_PI_2, r);
    r = Math.fma(n, -HALF_PI_3, r);
    float p = n * HALF_PI_4;
    float low = Math.fma(n, HALF_PI_5, Math.fma(n, HALF_PI_4, -p));
    float d = r - p;
    r = d + (r - d - p - low);
    float z = r * r;
    float s = Math.fma(z, SIN_2, SIN_1);
    s = Math.fma(s, z, SIN_0);
    s = Math.fma(s, z * r, r);
    float q = Math.fma(z, COS_2, COS_1);
    q = Math.fma(q, z, COS_0);
    q = Math.fma(q, z * z, Math.fma(z, -0.5f, 1f));
    float y = (quadrant & 1) == 0 ? s : q;
    y = Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ (quadrant & 2) << 30);
    // keeps the sign of zero
    return x == 0f && shift == 0 ? x : y;
  }

  static float tanh(float x) {
    float a = Math.abs(x);
    float s = a * a;
    float p = Math.fma(s, TANH_4, TANH_3);
    p = Math.fma(p, s, TANH_2);
    p = Math.fma(p, s, TANH_1);
    p = Math.fma(p, s, TANH_0);
    float small = Math.fma(p * s, a, a);
    float c = a > 10f ? 10f : a;
    float e = expSmall(c + c);
    float large = 1f - 2f / (e + 1f);
    return withSign(a >= TANH_SPLIT ? large : small, x);
  }

  static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    float top = x < 0f ? e : 1f;
    float d = e + 1f;
    float lost = e - (d - 1f);
    float w = 1f / d;
    float q = top * w;
    // one step of Newton's, with what rounding took from the denominator
    float rest = Math.fma(-q, d, top);
    rest = Math.fma(-q, lost, rest);
    return Math.fma(rest, w, q);
  }

  static float erf(float x) {
    float a = Math.abs(x);
    float s = a * a;
    float p = Math.fma(s, ERF_5, ERF_4);
    p = Math.fma(p, s, ERF_3);
    p = Math.fma(p, s, ERF_2);
    p = Math.fma(p, s, ERF_1);
    p = Math.fma(p, s, ERF_0);
    float small = Math.fma(p, a, a);
    float t = a > 3.95f ? 3.95f : a;
    float q = Math.fma(t, ERFC_6, ERFC_5);
    q = Math.fma(q, t, ERFC_4);
    q = Math.fma(q, t, ERFC_3);
    q = Math.fma(q, t, ERFC_2);
    q = Math.fma(q, t, ERFC_1);
    q = Math.fma(q, t, ERFC_0);
    float large = 1f - expSmall(-Math.fma(q, t, t));
    return withSign(a >= ERF_SPLIT ? large : small, x);
  }

  // what Java has operators for, so that generated code needs only calls

  static float add(float a, float b) {
    return a + b;
  }

  static float sub(float a, float b) {
    return a - b;
  }

  static float mul(float a, float b) {
    return a * b;
  }

  static float div(float a, float b) {
    return a / b;
  }

  static boolean eq(float a, float b) {
    return a == b;
  }

  static boolean ne(float a, float b) {
    return a != b;
  }

  static boolean lt(float a, float b) {
    return a < b;
  }

  static boolean le(float a, float b) {
    return a <= b;
  }

  static float select(boolean condition, float yes, float no) {
    return condition ? yes : no;
  }
}
