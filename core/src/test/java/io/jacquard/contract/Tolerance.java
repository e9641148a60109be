package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.expr.ScalarOp;

/**
 * How far a backend's result may be from the reference's.
 *
 * <table>
 * <caption>What the contract allows</caption>
 * <tr><td>arithmetic, rounding, square root, comparison, choice, casts, integers</td><td>the same value; a NaN for a
 * NaN</td></tr>
 * <tr><td>SIGN, MIN, MAX</td><td>the same value, a zero of either sign</td></tr>
 * <tr><td>RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF</td><td>4 ulp (float64: 8), results below the
 * smallest normal number may become zero</td></tr>
 * <tr><td>SIN, COS</td><td>also 4 ulp of 1: near their zeros the argument's reduction decides</td></tr>
 * <tr><td>POW</td><td>16 ulp, as OpenCL asks for; float64 the same</td></tr>
 * <tr><td>sums of n numbers, and products of matrices with n to a sum</td><td>(8 + sqrt(n)) units of rounding of the
 * sum of magnitudes; as twice that where the reference itself works in the same precision</td></tr>
 * <tr><td>products of n numbers</td><td>2n units of rounding</td></tr>
 * <tr><td>results that are rounded to bfloat16 or float16</td><td>one unit in the last place more, wherever the float32
 * may differ</td></tr>
 * </table>
 */
@FunctionalInterface
interface Tolerance {
  /** Whether {@code actual} will do for element number {@code element} of an output. */
  boolean accepts(DType type, long element, long expected, long actual);

  /** The same number; all NaNs are one. */
  Tolerance EXACT = (type, _, expected, actual) -> expected == actual || bothNan(type, expected, actual);

  /** The same number, -0 being 0. */
  Tolerance EQUAL = (type, element, expected, actual) -> EXACT.accepts(type, element, expected, actual)
      || type.isFloating() && type.value(expected) == type.value(actual);

  static Tolerance of(ScalarOp op) {
    return switch (op) {
      case SIGN, MIN, MAX -> EQUAL;
      case RSQRT, EXP, EXPM1, LOG, LOG1P, TANH, SIGMOID, ERF -> ulps(4, 8, 0);
      case SIN, COS -> ulps(4, 8, 1);
      case POW -> ulps(16, 16, 0);
      default -> EXACT;
    };
  }

  /**
   * @param floats units in the last place for float32
   * @param doubles the same for float64
   * @param scale the number in whose last place is counted, if it is larger than the expected one
   */
  static Tolerance ulps(int floats, int doubles, double scale) {
    return (type, element, expected, actual) -> {
      if (EQUAL.accepts(type, element, expected, actual)) return true;
      double want = type.value(expected);
      double got = type.value(actual);
      double size = Math.max(Math.abs(want), scale);
      double bound = type == DType.FLOAT64
          ? Math.max(doubles * Math.ulp(size), Double.MIN_NORMAL)
          : Math.max(floats * Math.ulp((float) size), Float.MIN_NORMAL) + lastPlaceOfHalf(type, want);
      return Double.isFinite(want) && Math.abs(want - got) <= bound;
    };
  }

  /** {@code factor} units of rounding (2^-24, or 2^-53) of a magnitude given for each element. */
  static Tolerance units(double factor, Operand magnitudes) {
    return (type, element, expected, actual) -> {
      if (EQUAL.accepts(type, element, expected, actual)) return true;
      double want = type.value(expected);
      double unit = type == DType.FLOAT64 ? 0x1p-53 : 0x1p-24;
      double bound = factor * unit * magnitudes.type().value(magnitudes.get(element))
          + lastPlaceOfHalf(type, want);
      return type.isFloating() && Double.isFinite(want) && Math.abs(want - type.value(actual)) <= bound;
    };
  }

  /** One unit in the last place of a half, which a number near the middle of two may be off; 0 for other types. */
  private static double lastPlaceOfHalf(DType type, double x) {
    return switch (type) {
      case BFLOAT16 -> Math.max(0x1p-133, Math.scalb(1, Math.getExponent(x) - 7));
      case FLOAT16 -> Math.max(0x1p-24, Math.scalb(1, Math.getExponent(x) - 10));
      default -> 0;
    };
  }

  /** For sums of {@code n} numbers whose magnitudes add up to those given. */
  static Tolerance sum(long n, Operand magnitudes) {
    return units(2 * (8 + Math.sqrt(n)), magnitudes);
  }

  static Tolerance relative(double bound) {
    return (type, element, expected, actual) -> EQUAL.accepts(type, element, expected, actual)
        || type.isFloating() && Math.abs(type.value(expected) - type.value(actual)) <= bound
            * Math.abs(type.value(expected)) + lastPlaceOfHalf(type, type.value(expected));
  }

  private static boolean bothNan(DType type, long a, long b) {
    return type.isFloating() && Double.isNaN(type.value(a)) && Double.isNaN(type.value(b));
  }
}
