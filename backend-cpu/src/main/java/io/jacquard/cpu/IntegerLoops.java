package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.ScalarOp;

/** The {@link Interpreter}'s loops over integers and bools, all held as longs. */
final class IntegerLoops {
  private IntegerLoops() {}

  static void apply(ScalarOp op, DType type, long a, long b, long c, long out, int n) {
    for (int k = 0; k < n; k++) {
      long at = 8L * k;
      long x = Memory.getLong(a + at);
      long y = b == 0 ? 0 : Memory.getLong(b + at);
      long z = c == 0 ? 0 : Memory.getLong(c + at);
      Memory.setLong(out + at, apply(op, type, x, y, z));
    }
  }

  static long apply(ScalarOp op, DType type, long x, long y, long z) {
    return switch (op) {
      case NEG -> IntegerMath.wrap(type, -x);
      case ABS -> IntegerMath.wrap(type, Math.abs(x));
      case SIGN -> Long.signum(x);
      case FLOOR, CEIL, ROUND, TRUNC -> x;
      case NOT -> x ^ 1;
      case ADD -> IntegerMath.wrap(type, x + y);
      case SUB -> IntegerMath.wrap(type, x - y);
      case MUL -> IntegerMath.wrap(type, x * y);
      case DIV -> IntegerMath.wrap(type, IntegerMath.div(x, y));
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case EQ -> x == y ? 1 : 0;
      case NE -> x != y ? 1 : 0;
      case LT -> x < y ? 1 : 0;
      case LE -> x <= y ? 1 : 0;
      case SELECT -> x != 0 ? y : z;
      default -> throw new IllegalArgumentException(op + " of " + type);
    };
  }
}
