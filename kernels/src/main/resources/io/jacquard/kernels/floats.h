/*
 * Arithmetic of floats, as ScalarOp defines it. This file is compiled once for float32 and, where the device has it, once
 * for float64: the host defines REAL (the type), NAMED(x) (f32_x or f64_x), MATH(x) (the compiler's function) and EXP(x) (exponential.h).
 *
 * Built-in functions stand where both languages promise about the accuracy that the contract's Tolerance asks for; functions.h
 * has the others. NaN must come
 * through min, max and sign, which fmin, fmax and sign of OpenCL do not do.
 */
DEVFN REAL NAMED(sign)(REAL a) { return a > 0 ? (REAL)1 : a < 0 ? (REAL)-1 : a; }
DEVFN REAL NAMED(min)(REAL a, REAL b) { return a < b || a != a ? a : b; }
DEVFN REAL NAMED(max)(REAL a, REAL b) { return a > b || a != a ? a : b; }
DEVFN REAL NAMED(abs)(REAL a) { return MATH(fabs)(a); }
DEVFN REAL NAMED(floor)(REAL a) { return MATH(floor)(a); }
DEVFN REAL NAMED(ceil)(REAL a) { return MATH(ceil)(a); }
DEVFN REAL NAMED(round)(REAL a) { return MATH(rint)(a); }
DEVFN REAL NAMED(trunc)(REAL a) { return MATH(trunc)(a); }
DEVFN REAL NAMED(exp)(REAL a) { return EXP(a); }
DEVFN REAL NAMED(expm1)(REAL a) { return MATH(expm1)(a); }
DEVFN REAL NAMED(log)(REAL a) { return MATH(log)(a); }
DEVFN REAL NAMED(log1p)(REAL a) { return MATH(log1p)(a); }
DEVFN REAL NAMED(sin)(REAL a) { return MATH(sin)(a); }
DEVFN REAL NAMED(cos)(REAL a) { return MATH(cos)(a); }
DEVFN REAL NAMED(pow)(REAL a, REAL b) { return MATH(pow)(a, b); }
DEVFN REAL NAMED(sqrt)(REAL a) { return MATH(sqrt)(a); }
DEVFN REAL NAMED(rsqrt)(REAL a) { return (REAL)1 / MATH(sqrt)(a); }
DEVFN REAL NAMED(sigmoid)(REAL a) { return (REAL)1 / ((REAL)1 + EXP(-a)); }

/* Towards zero, and to the nearest end of the range; a NaN gives 0. A bool is whether the number is not 0. */
DEVFN int NAMED(to_i32)(REAL a) {
  return a != a ? 0 : a >= (REAL)2147483648.0f ? I32_MAX : a <= (REAL)-2147483648.0f ? I32_MIN : (int)a;
}
DEVFN i64 NAMED(to_i64)(REAL a) {
  return a != a ? 0
      : a >= (REAL)9223372036854775808.0f    ? I64_MAX
      : a <= (REAL)-9223372036854775808.0f   ? I64_MIN
                                             : (i64)a;
}
DEVFN int NAMED(to_u8)(REAL a) { return a >= (REAL)255 ? 255 : a > (REAL)0 ? (int)a : 0; }
DEVFN int NAMED(to_bool)(REAL a) { return a != 0; }
DEVFN float NAMED(to_f32)(REAL a) { return (float)a; }
#ifdef HAVE_F64
DEVFN double NAMED(to_f64)(REAL a) { return (double)a; }
#endif
