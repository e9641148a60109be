package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.expr.ScalarOp;

/**
 * What each {@link ScalarOp} gives, on raw 64-bit values, to the letter of its Javadoc.
 *
 * <p>Float32 is computed in double and rounded once (which is exact for the basic operations, since a double has more
 * than twice a float's digits); only FMA needs an instruction of its own.
 */
final class Arithmetic {
  private Arithmetic() {}

  /** The value of {@code op} on operands of {@code type}; a comparison gives 0 or 1. */
  static long apply(ScalarOp op, DType type, long a, long b, long c) {
    if (op == ScalarOp.SELECT) return a != 0 ? b : c;
    if (op == ScalarOp.FMA && type == DType.FLOAT32) {
      return type
          .bits((double) Math.fma((float) type.value(a), (float) type.value(b), (float) type.value(c)));
    }
    if (type.isFloating()) {
      double x = type.value(a);
      double y = type.value(b);
      return op.isComparison() ? compare(op, x, y) ? 1 : 0 : type.bits(ofDoubles(op, x, y, type.value(c)));
    }
    return op.isComparison() ? compare(op, a, b) ? 1 : 0 : type.bits(ofIntegers(op, a, b));
  }

  /** A value as another type: see {@link io.jacquard.expr.Node.Cast}. */
  static long cast(DType from, DType to, long bits) {
    return from.isFloating() ? to.bits(from.value(bits)) : to.bits(bits);
  }

  private static boolean compare(ScalarOp op, double x, double y) {
    return switch (op) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      default -> throw new IllegalArgumentException(op + " is no comparison");
    };
  }

  private static boolean compare(ScalarOp op, long x, long y) {
    return switch (op) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      default -> throw new IllegalArgumentException(op + " is no comparison");
    };
  }

  private static double ofDoubles(ScalarOp op, double x, double y, double z) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case SQRT -> StrictMath.sqrt(x);
      case RSQRT -> 1 / StrictMath.sqrt(x);
      case EXP -> StrictMath.exp(x);
      case EXPM1 -> StrictMath.expm1(x);
      case LOG -> StrictMath.log(x);
      case LOG1P -> StrictMath.log1p(x);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
      case ERF -> Erf.erf(x);
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case MIN -> Math.min(x, y); // Java's propagates NaN
      case MAX -> Math.max(x, y);
      case POW -> pow(x, y);
      case FMA -> Math.fma(x, y, z);
      case NOT, EQ, NE, LT, LE, AND, OR, XOR, SELECT -> throw undefined(op, "a float");
    };
  }

  /** C's pow, which differs from Java's where the base is 1 or -1: it asks what the exponent's every value would give. */
  private static double pow(double x, double y) {
    return x == 1 || x == -1 && Double.isInfinite(y) ? 1 : StrictMath.pow(x, y);
  }

  /** In 64 bits; the caller wraps the result to its width. */
  private static long ofIntegers(ScalarOp op, long x, long y) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case FLOOR, CEIL, ROUND, TRUNC -> x;
      case NOT -> x ^ 1;
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> y == 0 ? 0 : x / y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF, POW, FMA, EQ, NE, LT, LE,
          SELECT ->
        throw undefined(op, "an integer");
    };
  }

  private static IllegalArgumentException undefined(ScalarOp op, String of) {
    return new IllegalArgumentException(op + " of " + of);
  }
}
