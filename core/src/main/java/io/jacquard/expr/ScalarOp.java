package io.jacquard.expr;

import io.jacquard.DType;

/**
 * The operations of the scalar language. Whatever is elementwise is built of these, so a backend that knows them all
 * knows every activation, every loss and every optimizer.
 *
 * <pre>{@code
 * boolean integersToo = ScalarOp.EXP.accepts(DType.INT32);   // false
 * }</pre>
 *
 * <p>Meaning, the same on every backend:
 * <ul>
 * <li>Floats follow IEEE 754; {@code MIN} and {@code MAX} give NaN if either argument is NaN, and order -0 before +0 or
 * not, as they like. {@code POW} is {@code pow} of C; {@code ROUND} rounds halves to even; {@code SIGN} of NaN is NaN, of
 * a zero a zero. How near functions such as {@code EXP} must be is told in the contract suite's {@code Tolerance}.</li>
 * <li>Integers wrap in their own width. Division truncates; dividing by zero gives 0; the smallest value divided by -1
 * is itself.</li>
 * <li>Comparisons with NaN are false, except {@code NE}.</li>
 * <li>{@code AND}, {@code OR}, {@code XOR} work on bools, and bit by bit on integers; {@code NOT} on bools.</li>
 * <li>{@code SELECT(c, a, b)} is {@code c ? a : b}; the branch not taken has no influence.</li>
 * <li>{@code FMA(a, b, c)} is {@code a*b + c} with one rounding. Only lowering introduces it, so that every executor
 * fuses the same sums.</li>
 * </ul>
 */
public enum ScalarOp {
  NEG(1), ABS(1), SIGN(1), FLOOR(1), CEIL(1), ROUND(1), TRUNC(1), SQRT(1), RSQRT(1), EXP(1), EXPM1(1), LOG(
      1),
  LOG1P(1), SIN(1), COS(1), TANH(1), SIGMOID(1), ERF(1), NOT(1),

  ADD(2), SUB(2), MUL(2), DIV(2), MIN(2), MAX(2), POW(2), EQ(2), NE(2), LT(2), LE(2), AND(2), OR(2), XOR(2),

  FMA(3), SELECT(3);

  private final int arity;

  ScalarOp(int arity) {
    this.arity = arity;
  }

  public int arity() {
    return arity;
  }

  /** True for EQ, NE, LT, LE: two values of one type in, a bool out. */
  public boolean isComparison() {
    return this == EQ || this == NE || this == LT || this == LE;
  }

  /** True for the functions that exist only for floats, such as EXP. */
  public boolean isFloatingOnly() {
    return switch (this) {
      case SQRT, RSQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF, POW, FMA -> true;
      default -> false;
    };
  }

  /** True if the op takes values of this type (for SELECT: as its branches). */
  public boolean accepts(DType type) {
    return switch (this) {
      case NOT -> type == DType.BOOL;
      case AND, OR, XOR -> !type.isFloating();
      case EQ, NE, SELECT -> true;
      default -> type.isFloating() || type.isInteger() && !isFloatingOnly();
    };
  }
}
