package io.jacquard.cpu;

import io.jacquard.expr.ScalarOp;

/** The {@link Interpreter}'s loops over float64; conditions and results of comparisons are longs, 0 or 1. */
final class DoubleLoops {
  private interface Unary {
    double of(double x);
  }

  private interface Binary {
    double of(double x, double y);
  }

  private interface Comparison {
    boolean of(double x, double y);
  }

  private DoubleLoops() {}

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
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> DoubleMath::sign;
      case FLOOR -> Math::floor;
      case CEIL -> Math::ceil;
      case ROUND -> Math::rint;
      case TRUNC -> DoubleMath::trunc;
      case SQRT -> Math::sqrt;
      case RSQRT -> DoubleMath::rsqrt;
      case EXP -> StrictMath::exp;
      case EXPM1 -> StrictMath::expm1;
      case LOG -> StrictMath::log;
      case LOG1P -> StrictMath::log1p;
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TANH -> StrictMath::tanh;
      case SIGMOID -> DoubleMath::sigmoid;
      case ERF -> DoubleMath::erf;
      default -> throw new IllegalArgumentException(op + " of doubles");
    };
  }

  private static Binary binaryOf(ScalarOp op) {
    return switch (op) {
      case SUB -> (x, y) -> x - y;
      case DIV -> (x, y) -> x / y;
      case MIN -> DoubleMath::min;
      case MAX -> DoubleMath::max;
      default -> DoubleMath::pow;
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
    for (int k = 0; k < n; k++) Memory.setDouble(out + 8L * k, f.of(Memory.getDouble(a + 8L * k)));
  }

  private static void binary(Binary f, long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setDouble(out + 8L * k, f.of(Memory.getDouble(a + 8L * k), Memory.getDouble(b + 8L * k)));
  }

  private static void compare(Comparison f, long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setLong(out + 8L * k, f.of(Memory.getDouble(a + 8L * k), Memory.getDouble(b + 8L * k)) ? 1 : 0);
  }

  private static void add(long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setDouble(out + 8L * k, Memory.getDouble(a + 8L * k) + Memory.getDouble(b + 8L * k));
  }

  private static void mul(long a, long b, long out, int n) {
    for (int k = 0; k < n; k++)
      Memory.setDouble(out + 8L * k, Memory.getDouble(a + 8L * k) * Memory.getDouble(b + 8L * k));
  }

  private static void fma(long a, long b, long c, long out, int n) {
    for (int k = 0; k < n; k++) {
      Memory.setDouble(out + 8L * k,
          Math.fma(Memory.getDouble(a + 8L * k), Memory.getDouble(b + 8L * k), Memory.getDouble(c + 8L * k)));
    }
  }

  private static void select(long condition, long yes, long no, long out, int n) {
    for (int k = 0; k < n; k++) {
      long from = Memory.getLong(condition + 8L * k) != 0 ? yes : no;
      Memory.setDouble(out + 8L * k, Memory.getDouble(from + 8L * k));
    }
  }
}
