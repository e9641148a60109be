package io.jacquard.expr;

import io.jacquard.DType;
import io.jacquard.JacquardException;

/**
 * A value of the scalar language: what a lambda of {@code Tensor.fuse} computes with.
 *
 * <pre>{@code
 * var y = Tensor.fuse((x, bias) -> x.add(bias).gelu(), x, bias);
 * }</pre>
 *
 * <p>Two operands of different types meet as PyTorch's do ({@link DType#promote}); a Java number takes the type of the
 * other operand, or int64 or float32 if that is an integer which cannot hold it. Functions such as {@code exp} turn
 * integers into float32. Gradients follow PyTorch at ties and boundaries, see {@link Derivative}.
 */
public final class Scalar implements ScalarActivations {
  private final Trace trace;
  private final int id;
  private final DType type;

  Scalar(Trace trace, int id, DType type) {
    this.trace = trace;
    this.id = id;
    this.type = type;
  }

  Trace trace() {
    return trace;
  }

  int id() {
    return id;
  }

  public DType type() {
    return type;
  }

  // arithmetic

  public Scalar add(Scalar other) {
    return binary(ScalarOp.ADD, other);
  }

  public Scalar add(double value) {
    return add(constantFor(value));
  }

  public Scalar sub(Scalar other) {
    return binary(ScalarOp.SUB, other);
  }

  public Scalar sub(double value) {
    return sub(constantFor(value));
  }

  /** {@code value - this}, PyTorch's {@code rsub}. */
  public Scalar rsub(double value) {
    return constantFor(value).sub(this);
  }

  public Scalar mul(Scalar other) {
    return binary(ScalarOp.MUL, other);
  }

  public Scalar mul(double value) {
    return value == 1 && type != DType.BOOL ? this : mul(constantFor(value));
  }

  /** Quotient in the common type; integers truncate. */
  public Scalar div(Scalar other) {
    return binary(ScalarOp.DIV, other);
  }

  public Scalar div(double value) {
    return div(constantFor(value));
  }

  public Scalar reciprocal() {
    return floating().constantFor(1).div(floating());
  }

  /** The smaller one; NaN if either is; at a tie each gets half of the gradient. */
  public Scalar min(Scalar other) {
    return binary(ScalarOp.MIN, other);
  }

  public Scalar min(double value) {
    return min(constantFor(value));
  }

  /** The larger one; NaN if either is; at a tie each gets half of the gradient. */
  public Scalar max(Scalar other) {
    return binary(ScalarOp.MAX, other);
  }

  public Scalar max(double value) {
    return max(constantFor(value));
  }

  public Scalar pow(Scalar exponent) {
    var common = DType.promote(type, exponent.type);
    return floatingOf(common).binary(ScalarOp.POW, exponent.floatingOf(common));
  }

  /**
   * {@code this} to a constant power; 1, 2, 3, -1, 0.5 and -0.5 become products, quotients and roots. Whole powers of
   * integers, from 0 on, are integers; others are float32.
   */
  public Scalar pow(double exponent) {
    if (type.isInteger() && exponent >= 0 && holds(DType.INT32, exponent)) return product((int) exponent);
    if (exponent == 1) return this;
    if (exponent == 2) return mul(this);
    if (exponent == 3) return mul(this).mul(this);
    if (exponent == -1) return reciprocal();
    if (exponent == 0.5) return sqrt();
    if (exponent == -0.5) return rsqrt();
    var base = floating();
    return base.pow(base.constantFor(exponent));
  }

  /** The product of {@code count} factors that are all this value, by squaring. */
  private Scalar product(int count) {
    if (count == 0) return constantFor(1);
    if (count == 1) return this;
    var half = product(count / 2);
    var even = half.mul(half);
    return count % 2 == 0 ? even : even.mul(this);
  }

  public Scalar neg() {
    return unary(ScalarOp.NEG);
  }

  public Scalar abs() {
    return unary(ScalarOp.ABS);
  }

  /** -1, 0 or 1. */
  public Scalar sign() {
    return unary(ScalarOp.SIGN);
  }

  public Scalar square() {
    return mul(this);
  }

  public Scalar floor() {
    return unary(ScalarOp.FLOOR);
  }

  public Scalar ceil() {
    return unary(ScalarOp.CEIL);
  }

  /** To the nearest integer, halves to even. */
  public Scalar round() {
    return unary(ScalarOp.ROUND);
  }

  public Scalar trunc() {
    return unary(ScalarOp.TRUNC);
  }

  // functions of floats

  public Scalar sqrt() {
    return floating().unary(ScalarOp.SQRT);
  }

  public Scalar rsqrt() {
    return floating().unary(ScalarOp.RSQRT);
  }

  public Scalar exp() {
    return floating().unary(ScalarOp.EXP);
  }

  /** {@code exp(x) - 1}, exact near 0. */
  public Scalar expm1() {
    return floating().unary(ScalarOp.EXPM1);
  }

  public Scalar log() {
    return floating().unary(ScalarOp.LOG);
  }

  /** {@code log(1 + x)}, exact near 0. */
  public Scalar log1p() {
    return floating().unary(ScalarOp.LOG1P);
  }

  public Scalar sin() {
    return floating().unary(ScalarOp.SIN);
  }

  public Scalar cos() {
    return floating().unary(ScalarOp.COS);
  }

  public Scalar tanh() {
    return floating().unary(ScalarOp.TANH);
  }

  /** {@code 1 / (1 + exp(-x))} */
  public Scalar sigmoid() {
    return floating().unary(ScalarOp.SIGMOID);
  }

  public Scalar erf() {
    return floating().unary(ScalarOp.ERF);
  }

  // comparisons and choice

  public Scalar eq(Scalar other) {
    return compare(ScalarOp.EQ, other);
  }

  public Scalar eq(double value) {
    return eq(constantFor(value));
  }

  public Scalar ne(Scalar other) {
    return compare(ScalarOp.NE, other);
  }

  public Scalar ne(double value) {
    return ne(constantFor(value));
  }

  public Scalar lt(Scalar other) {
    return compare(ScalarOp.LT, other);
  }

  public Scalar lt(double value) {
    return lt(constantFor(value));
  }

  public Scalar le(Scalar other) {
    return compare(ScalarOp.LE, other);
  }

  public Scalar le(double value) {
    return le(constantFor(value));
  }

  public Scalar gt(Scalar other) {
    return other.lt(this);
  }

  public Scalar gt(double value) {
    return gt(constantFor(value));
  }

  public Scalar ge(Scalar other) {
    return other.le(this);
  }

  public Scalar ge(double value) {
    return ge(constantFor(value));
  }

  public Scalar isNan() {
    return ne(this);
  }

  public Scalar and(Scalar other) {
    return binary(ScalarOp.AND, other);
  }

  public Scalar or(Scalar other) {
    return binary(ScalarOp.OR, other);
  }

  public Scalar xor(Scalar other) {
    return binary(ScalarOp.XOR, other);
  }

  public Scalar not() {
    return to(DType.BOOL).unary(ScalarOp.NOT);
  }

  /** On a bool: {@code this ? yes : no}. The gradient of the branch not taken has no influence, not even as NaN. */
  public Scalar where(Scalar yes, Scalar no) {
    var common = DType.promote(yes.type, no.type);
    return apply(ScalarOp.SELECT, common, to(DType.BOOL), yes.to(common), no.to(common));
  }

  /** x held between two bounds; at a bound the gradient passes. NaN stays NaN. All else is {@code high} if it is below low. */
  public Scalar clamp(double low, double high) {
    if (low > high) return isNan().where(this, constantFor(high));
    var lower = constantFor(low);
    var upper = constantFor(high);
    return lt(lower).where(lower, gt(upper).where(upper, this));
  }

  /** This value as another type, see {@link Node.Cast}. As a half it is rounded, and computed with as a float32. */
  public Scalar to(DType target) {
    if (target == type) return this;
    if (type.isHalf()) return trace.as(DType.FLOAT32, id).to(target);
    if (trace.node(id) instanceof Node.Const(var from, long bits)) {
      long converted = from.isFloating() ? target.bits(from.value(bits)) : target.bits(bits);
      return target.isHalf()
          ? trace.constant(target, target.value(converted))
          : trace.enter(new Node.Const(target, converted));
    }
    if (!target.isHalf()) return trace.enter(new Node.Cast(target, id));
    boolean exact = type == DType.BOOL || type == DType.UINT8;
    int wide = to(DType.FLOAT32).id;
    return exact ? trace.as(target, wide) : trace.rounded(target, wide);
  }

  /**
   * A constant of this value's type; beside an integer or bool that cannot hold it (-1 beside uint8, 0.5, infinity), of
   * int64 or else of float32.
   */
  public Scalar constantFor(double value) {
    return trace.constant(typeBeside(type, value), value);
  }

  /** The type of a Java number beside values of a type, see {@link #constantFor}. */
  public static DType typeBeside(DType type, double value) {
    if (type.isFloating() || type.isInteger() && holds(type, value)) return type;
    return holds(DType.INT64, value) ? DType.INT64 : DType.FLOAT32;
  }

  private static boolean holds(DType integer, double value) {
    // 2^63 saturates to the largest int64, which as a double is 2^63 again.
    return integer.value(integer.bits(value)) == value && value < 0x1p63;
  }

  Scalar floating() {
    return floatingOf(type);
  }

  private Scalar floatingOf(DType common) {
    return to(common.isFloating() ? common : DType.FLOAT32);
  }

  private Scalar unary(ScalarOp op) {
    var accepted = type == DType.BOOL && op != ScalarOp.NOT ? to(DType.INT64) : this;
    return apply(op, accepted.type, accepted);
  }

  private Scalar binary(ScalarOp op, Scalar other) {
    var common = DType.promote(type, other.type);
    return apply(op, common, to(common), other.to(common));
  }

  private Scalar compare(ScalarOp op, Scalar other) {
    var common = DType.promote(type, other.type);
    return apply(op, DType.BOOL, to(common).asElement(), other.to(common).asElement());
  }

  /** A given number beside halves is compared as one of them: a tensor that was filled with 0.1 equals 0.1. */
  private Scalar asElement() {
    if (!type.isHalf()) return this;
    var node = trace.node(id);
    return node instanceof Node.Const || node instanceof Node.Param ? to(DType.FLOAT32).to(type) : this;
  }

  private static Scalar apply(ScalarOp op, DType result, Scalar... args) {
    var trace = args[0].trace;
    for (var arg : args) {
      if (arg.trace != trace)
        throw new IllegalArgumentException(op + ": a Scalar of another trace was captured");
    }
    var operand = args[args.length - 1].type;
    if (!op.accepts(operand)) {
      throw new JacquardException(op + " is not defined for " + operand + "; convert first, with to(DType).");
    }
    var node = new Node.Apply(op, result.computeType(), args[0].id, args.length > 1 ? args[1].id : -1,
        args.length > 2 ? args[2].id : -1);
    return trace.as(result, trace.enter(node).id);
  }
}
