/*
 * tanh and erf of float32. OpenCL lets a driver be 5 and 16 units in the last place off, and the contract allows 4; and as
 * polynomials they are vectors on a CPU. The fits are those of the CPU backend (FloatMath): below a threshold odd polynomials, above
 * it 1 - 2 / (exp(2x) + 1), and 1 - exp(-x * (1 + q(x))). A NaN stays one, and a zero keeps its sign.
 */
DEVFN float f32_tanh(float x) {
  float a = F32(fabs)(x), s = a * a;
  float p = FMA(s, -5.717036560e-03f, 2.065057900e-02f);
  p = FMA(p, s, -5.374349526e-02f);
  p = FMA(p, s, 1.333149125e-01f);
  p = FMA(p, s, -3.333328392e-01f);
  float c = a > 10.0f ? 10.0f : a;
  float large = 1.0f - 2.0f / (EXP_NEAR_F32(c + c) + 1.0f);
  return F32(copysign)(a >= 0.625f ? large : FMA(p * s, a, a), x);
}

DEVFN float f32_erf(float x) {
  float a = F32(fabs)(x), s = a * a;
  float p = FMA(s, -5.976893803e-04f, 4.990980254e-03f);
  p = FMA(p, s, -2.676556700e-02f);
  p = FMA(p, s, 1.128180277e-01f);
  p = FMA(p, s, -3.761249432e-01f);
  p = FMA(p, s, 1.283791500e-01f);
  float t = a > 3.95f ? 3.95f : a;
  float q = FMA(t, 1.123146970e-05f, -3.228054306e-04f);
  q = FMA(q, t, 3.642465161e-03f);
  q = FMA(q, t, -2.376207532e-02f);
  q = FMA(q, t, 1.062368914e-01f);
  q = FMA(q, t, 6.351513085e-01f);
  q = FMA(q, t, 1.286484921e-01f);
  float large = 1.0f - EXP_NEAR_F32(-FMA(q, t, t));
  return F32(copysign)(a >= 0.93f ? large : FMA(p, a, a), x);
}

#ifdef HAVE_F64
/* Both languages are near enough here: OpenCL's tanh within 5, and what drivers have as erf within 2 of the 8 allowed. */
DEVFN double f64_tanh(double x) { return F64(tanh)(x); }
DEVFN double f64_erf(double x) { return F64(erf)(x); }
#endif
