package io.jacquard.cpu;

import io.jacquard.expr.ScalarOp;

/** The {@link Interpreter}'s loops over float32; conditions and results of comparisons are longs, 0 or 1. */
final class FloatLoops {
  private interface Unary {
    float of(float x);
  }

  private interface Binary {
    float of(float x, float y);
  }

  private interface Comparison {
    boolean of(float x, float y);
  }

  private FloatLoops() {}

  static void apply(ScalarOp op, long a, long b, long c, long out, int n) {
    switch (op) {
      case ADD -> add(a, b, out, n);
      case MUL -> mul(a, b, out, n);
      case FMA -> fma(a, b, c, out, n);
      case SELECT -> select(a, b, c, out, n);
      case EQ, NE, LT, LE -> compare(comparison(op), a, b, out, n);
      case SUB, DIV, MIN, MAX, POW -> binary(binaryOf(op), a, b, out, n);
      default -> unary(unaryOf(op), a, out, n);
    }
  }

  private static Unary unaryOf(ScalarOp op) {
    return switch (op) {
      case NEG -> FloatMath::neg;
      case ABS -> FloatMath::abs;
      case SIGN -> FloatMath::sign;
      case FLOOR -> FloatMath::floor;
      case CEIL -> FloatMath::ceil;
      case ROUND -> FloatMath::round;
      case TRUNC -> FloatMath::trunc;
      case SQRT -> FloatMath::sqrt;
      case RSQRT -> FloatMath::rsqrt;
      case EXP -> FloatMath::exp;
      case EXPM1 -> FloatMath::expm1;
      case LOG -> FloatMath::log;
      case LOG1P -> FloatMath::log1p;
      case SIN -> FloatMath::sin;
      case COS -> FloatMath::cos;
      case TANH -> FloatMath::tanh;
      case SIGMOID -> FloatMath::sigmoid;
      case ERF -> FloatMath::erf;
      default -> throw new IllegalArgumentException(op + " of floats");
    };
  }

  private static Binary binaryOf(ScalarOp op) {
    return switch (op) {
      case SUB -> (x, y) -> x - y;
      case DIV -> (x, y) -> x / y;
      case MIN -> FloatMath::min;
      case MAX -> FloatMath::max;
      default -> FloatMath::pow;
    };
  }

  private static Comparison comparison(ScalarOp op) {
    return switch (op) {
      case EQ -> (x, y) -> x == y;
      case NE -> (x, y) -> x != y;
      case LT -> (x, y) -> x < y;
      default -> (x, y) -> x <= y;
    };
  }

  private static void unary(Unary f, long a, long out, int n) {
    for (int k = 0; k < n; k++) Memory.setFloat(out + 4L * k, f.of(Memory.getFloat(a + 4L * k)));
  }

  private static void binary(Binary f, long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setFloat(out + 4L * k, f.of(Memory.getFloat(a + 4L * k), Memory.getFloat(b + 4L * k)));
  }

  private static void compare(Comparison f, long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setLong(out + 8L * k, f.of(Memory.getFloat(a + 4L * k), Memory.getFloat(b + 4L * k)) ? 1 : 0);
  }

  private static void add(long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setFloat(out + 4L * k, Memory.getFloat(a + 4L * k) + Memory.getFloat(b + 4L * k));
  }

  private static void mul(long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setFloat(out + 4L * k, Memory.getFloat(a + 4L * k) * Memory.getFloat(b + 4L * k));
  }

  private static void fma(long a, long b, long c, long out, int n) {
    for (int k = 0; k < n; k++) {
      Memory.setFloat(out + 4L * k,
          Math.fma(Memory.getFloat(a + 4L * k), Memory.getFloat(b + 4L * k), Memory.getFloat(c + 4L * k)));
    }
  }

  private static void select(long condition, long yes, long no, long out, int n) {
    for (int k = 0; k < n; k++) {
      long from = Memory.getLong(condition + 8L * k) != 0 ? yes : no;
      Memory.setFloat(out + 4L * k, Memory.getFloat(from + 4L * k));
    }
  }
}
