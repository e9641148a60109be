package io.jacquard.cpu;

import io.jacquard.DType;

/**
 * The integer operations of the scalar language. Values of every integer type and of bool travel as a long that holds
 * the value itself; {@link #wrap} brings a result back into its type's range.
 */
final class IntegerMath {
  private IntegerMath() {}

  /** The value modulo 2^width, in the type's range. */
  static long wrap(DType type, long value) {
    return switch (type) {
      case INT32 -> (int) value;
      case UINT8 -> value & 0xff;
      default -> value;
    };
  }

  /** Truncates; dividing by zero gives 0. */
  static long div(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  /** A float cast to an integer type or bool: truncates, saturates, NaN gives 0; to bool, whether it is not 0. */
  static long saturate(DType type, double value) {
    return switch (type) {
      case INT32 -> (int) value;
      case UINT8 -> Math.clamp((long) value, 0, 255);
      case BOOL -> value != 0 ? 1 : 0;
      default -> (long) value;
    };
  }

  /** An integer or bool cast to an integer type (it wraps) or to bool. */
  static long convert(DType type, long value) {
    return type == DType.BOOL ? value != 0 ? 1 : 0 : wrap(type, value);
  }

  /** Truncates; dividing by zero gives 0. */
  static int div(int a, int b) {
    return b == 0 ? 0 : a / b;
  }

  static int neg(int x) {
    return -x;
  }

  static int abs(int x) {
    return Math.abs(x);
  }

  static int sign(int x) {
    return Integer.signum(x);
  }

  static int floor(int x) {
    return x;
  }

  static int ceil(int x) {
    return x;
  }

  static int round(int x) {
    return x;
  }

  static int trunc(int x) {
    return x;
  }

  static int add(int x, int y) {
    return x + y;
  }

  static int sub(int x, int y) {
    return x - y;
  }

  static int mul(int x, int y) {
    return x * y;
  }

  static int min(int x, int y) {
    return Math.min(x, y);
  }

  static int max(int x, int y) {
    return Math.max(x, y);
  }

  static int and(int x, int y) {
    return x & y;
  }

  static int or(int x, int y) {
    return x | y;
  }

  static int xor(int x, int y) {
    return x ^ y;
  }

  static boolean eq(int x, int y) {
    return x == y;
  }

  static boolean ne(int x, int y) {
    return x != y;
  }

  static boolean lt(int x, int y) {
    return x < y;
  }

  static boolean le(int x, int y) {
    return x <= y;
  }

  static int select(boolean condition, int yes, int no) {
    return condition ? yes : no;
  }

  static long neg(long x) {
    return -x;
  }

  static long abs(long x) {
    return Math.abs(x);
  }

  static long sign(long x) {
    return (long) Long.signum(x);
  }

  static long floor(long x) {
    return x;
  }

  static long ceil(long x) {
    return x;
  }

  static long round(long x) {
    return x;
  }

  static long trunc(long x) {
    return x;
  }

  static long add(long x, long y) {
    return x + y;
  }

  static long sub(long x, long y) {
    return x - y;
  }

  static long mul(long x, long y) {
    return x * y;
  }

  static long min(long x, long y) {
    return Math.min(x, y);
  }

  static long max(long x, long y) {
    return Math.max(x, y);
  }

  static long and(long x, long y) {
    return x & y;
  }

  static long or(long x, long y) {
    return x | y;
  }

  static long xor(long x, long y) {
    return x ^ y;
  }

  static boolean eq(long x, long y) {
    return x == y;
  }

  static boolean ne(long x, long y) {
    return x != y;
  }

  static boolean lt(long x, long y) {
    return x < y;
  }

  static boolean le(long x, long y) {
    return x <= y;
  }

  static long select(boolean condition, long yes, long no) {
    return condition ? yes : no;
  }
}
