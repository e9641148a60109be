/*
 * exp of float32. GPUs have an instruction for it; for CPUs, ON_CPU, it is a polynomial without branches, the CPU backend's
 * (FloatMath), so that a loop around it becomes vectors. Within 1 unit in the last place; a NaN stays one, and results below
 * the normal numbers are subnormal.
 */
#ifdef ON_CPU
DEVFN float exp_on_cpu(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  float t = FMA(x, 1.44269504f, 12582912.0f); /* adding 1.5 * 2^23 rounds to a whole number, k, and leaves it in the last bits */
  int k = (int)(F32_BITS(t) - 0x4b400000u);
  float n = t - 12582912.0f;
  float r = FMA(n, -0.693359375f, x);
  r = FMA(n, 2.12194440e-4f, r);
  float p = FMA(r, 1.395048916e-03f, 8.368889558e-03f);
  p = FMA(p, r, 4.166620583e-02f);
  p = FMA(p, r, 1.666651884e-01f);
  p = FMA(p, r, 5.000000095e-01f);
  p = FMA(p, r * r, r) + 1.0f;
  int part = k >> 1; /* 2^k in two factors: k may lie outside the exponents of normal numbers */
  return p * BITS_F32((u32)(part + 127) << 23) * BITS_F32((u32)(k - part + 127) << 23);
}
#define EXP_F32(x) exp_on_cpu(x)
#else
#define EXP_F32(x) F32(exp)(x)
#endif
#define EXP_F64(x) F64(exp)(x)
