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
  /** The same for exponents of two factors, each with the bias that a float's exponent has. */
  static final float TWICE_BIASED_ROUNDER = ROUNDER + 2 * 127;
  /** The same for exponents with that bias that are made larger by {@link #LIFT}, so that they are those of normal numbers. */
  static final float LIFTING_ROUNDER = ROUNDER + 64 + 127;
  static final float LIFT = 0x1p64f;
  /** Above this, exp overflows; below the lower one, it rounds to zero. */
  static final float EXP_MAX = 89f;
  static final float EXP_MIN = -104f;
  /** Below this, expm1 rounds to -1. */
  static final float EXPM1_MIN = -18f;
  static final int SIGN_BIT = 0x80000000;
  /** What moves the bits of infinity to those of the largest int, and NaN beyond it. */
  static final int BEYOND_INFINITY = 0x7fffff;
  /** The bits of sign and exponent. */
  static final int EXPONENT = 0xff800000;
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
  /** From here on, tanh and erf round to 1. */
  static final float TANH_MAX = 10f;
  static final float ERF_MAX = 3.95f;

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

  static final float ERFC_5 = 3.095995926e-04f;
  static final float ERFC_4 = -4.645474721e-03f;
  static final float ERFC_3 = 3.304651380e-02f;
  static final float ERFC_2 = -1.518969685e-01f;
  static final float ERFC_1 = -9.171202183e-01f;
  static final float ERFC_0 = -1.628110170e+00f;

  static final float EXP2_5 = 1.326959464e-03f;
  static final float EXP2_4 = 9.671394713e-03f;
  static final float EXP2_3 = 5.550711229e-02f;
  static final float EXP2_2 = 2.402224541e-01f;
  static final float EXP2_1 = 6.931470037e-01f;

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
    float t = Math.fma(x, LOG2_E, TWICE_BIASED_ROUNDER);
    float p = expOfRest(x, t - TWICE_BIASED_ROUNDER);
    // 2^k in two factors: k may lie outside the exponents of normal numbers
    int half = Float.floatToRawIntBits(t) << 22 & EXPONENT;
    int other = (Float.floatToRawIntBits(t) << 23) - half;
    return p * Float.intBitsToFloat(half) * Float.intBitsToFloat(other);
  }

  /** The same bits as {@link #exp}, for x up to 40, and no NaN. */
  static float expBounded(float x) {
    return expLifted(x < EXP_MIN ? EXP_MIN : x);
  }

  /** exp for x from {@link #EXP_MIN} to 40, and NaN. */
  private static float expLifted(float x) {
    float t = Math.fma(x, LOG2_E, LIFTING_ROUNDER);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
    return expOfRest(x, t - LIFTING_ROUNDER) * power * (1 / LIFT);
  }

  /** x - n ln 2 */
  private static float expRest(float x, float n) {
    return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
  }

  /** The terms of exp(r) behind 1 + r, over r squared. */
  private static float expTerms(float r) {
    float p = Math.fma(r, EXP_4, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    return Math.fma(p, r, EXP_0);
  }

  /** exp(x - n ln 2) */
  private static float expOfRest(float x, float n) {
    float r = expRest(x, n);
    float p = Math.fma(expTerms(r), r, 1f);
    return Math.fma(p, r, 1f);
  }

  /** p times 2 to the integer in the low bits of t. */
  private static float scaled(float p, float t) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  /** exp(x - n ln 2) - 1 */
  private static float expReduced(float x, float n) {
    float r = expRest(x, n);
    return Math.fma(expTerms(r), r * r, r);
  }

  /** 2^k for k from -126 to 127. */
  private static float power(int k) {
    return Float.intBitsToFloat(k + 127 << 23);
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
    float e = expOfTwice(a > TANH_MAX ? TANH_MAX : a);
    float large = 1f - 2f / (e + 1f);
    return withSign(a >= TANH_SPLIT ? large : small, x);
  }

  /** exp(2x) for x from 0 to 40; the coefficients of exp, each for twice the number. */
  private static float expOfTwice(float x) {
    float t = Math.fma(x, 2 * LOG2_E, ROUNDER);
    float n = t - ROUNDER;
    float r = Math.fma(n, -LN2_HIGH / 2, x);
    r = Math.fma(n, -LN2_LOW / 2, r);
    float p = Math.fma(r, 64 * EXP_4, 32 * EXP_3);
    p = Math.fma(p, r, 16 * EXP_2);
    p = Math.fma(p, r, 8 * EXP_1);
    p = Math.fma(p, r, 4 * EXP_0);
    p = Math.fma(p, r, 2f);
    return scaled(Math.fma(p, r, 1f), t);
  }

  static float sigmoid(float x) {
    float z = -Math.abs(x);
    float e = expLifted(z < EXP_MIN ? EXP_MIN : z);
    float top = x < 0f ? e : 1f;
    float d = e + 1f;
    float more = d - 1f - e;
    float q = top / d;
    // what rounding added to the denominator
    return Math.fma(more, q, q);
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
    float large = 1f - erfc(a > ERF_MAX ? ERF_MAX : a);
    return withSign(a >= ERF_SPLIT ? large : small, x);
  }

  /** 1 - erf(x) for x from ERF_SPLIT to ERF_MAX, by the polynomial of its logarithm to the base 2. */
  private static float erfc(float x) {
    float q = Math.fma(x, ERFC_5, ERFC_4);
    q = Math.fma(q, x, ERFC_3);
    q = Math.fma(q, x, ERFC_2);
    q = Math.fma(q, x, ERFC_1);
    q = Math.fma(q, x, ERFC_0);
    float power = q * x;
    float t = power + ROUNDER;
    float r = power - (t - ROUNDER);
    float p = Math.fma(r, EXP2_5, EXP2_4);
    p = Math.fma(p, r, EXP2_3);
    p = Math.fma(p, r, EXP2_2);
    p = Math.fma(p, r, EXP2_1);
    return scaled(Math.fma(p, r, 1f), t);
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
