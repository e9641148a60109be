/*
 * exp of float32. GPUs have an instruction for it; for CPUs, ON_CPU, it is a polynomial without branches, so that a loop around it
 * becomes vectors; EXPONENTIAL makes it for a type of vectors, too (vectors.h). Sixteen instructions where vectors have masks: k is the
 * nearest whole number to x / ln 2, p = exp(x - k ln 2) a polynomial (the CPU backend's, FloatMath), and adding k to p's exponent
 * multiplies by 2^k. Within 1 unit in the last place; a NaN stays one, and results below the normal numbers are 0.
 */
#ifdef ON_CPU
/* name_near is for arguments of which the result is a normal number. */
#define EXPONENTIAL(name, T, as_T, as_U) \
  DEVFN T name##_near(T x) { \
    T t = FMA(x, (T)(1.44269504f), (T)(12582912.0f)); /* adding 1.5 * 2^23 rounds, and leaves k in the last bits */ \
    T n = t - 12582912.0f; \
    T r = FMA(n, (T)(-0.693359375f), x); \
    r = FMA(n, (T)(2.12194440e-4f), r); \
    T p = FMA(r, (T)(1.395048916e-03f), (T)(8.368889558e-03f)); \
    p = FMA(p, r, (T)(4.166620583e-02f)); \
    p = FMA(p, r, (T)(1.666651884e-01f)); \
    p = FMA(p, r, (T)(5.000000095e-01f)); \
    p = FMA(p, r, (T)(1.0f)); \
    p = FMA(p, r, (T)(1.0f)); \
    return as_T(as_U(p) + (as_U(t) << 23)); \
  } \
  DEVFN T name(T x) { \
    T e = name##_near(x); \
    e = x < -87.3365f ? (T)(0.0f) : e; \
    return x <= 88.7228394f ? e : x * 3.40282347e38f; /* infinity, or NaN */ \
  }
EXPONENTIAL(exp_on_cpu, float, as_float, as_uint)
#define EXP_F32(x) exp_on_cpu(x)
#define EXP_NEAR_F32(x) exp_on_cpu_near(x)
#else
#define EXP_F32(x) F32(exp)(x)
#define EXP_NEAR_F32(x) F32(exp)(x)
#endif
#define EXP_F64(x) F64(exp)(x)
