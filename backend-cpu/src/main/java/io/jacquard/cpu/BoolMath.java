package io.jacquard.cpu;

/** The operations of the scalar language on one bool. */
final class BoolMath {
  private BoolMath() {}

  static boolean not(boolean x) {
    return !x;
  }

  static boolean and(boolean x, boolean y) {
    return x & y;
  }

  static boolean or(boolean x, boolean y) {
    return x | y;
  }

  static boolean xor(boolean x, boolean y) {
    return x ^ y;
  }

  static boolean eq(boolean x, boolean y) {
    return x == y;
  }

  static boolean ne(boolean x, boolean y) {
    return x != y;
  }

  static boolean select(boolean condition, boolean yes, boolean no) {
    return condition ? yes : no;
  }
}
