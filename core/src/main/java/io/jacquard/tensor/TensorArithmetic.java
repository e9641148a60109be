package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.ops.Scalars;

/** Arithmetic, functions and comparisons of {@link Tensor}, element by element, broadcasting as NumPy does. */
sealed interface TensorArithmetic extends Shaped permits Tensor {
  default Tensor add(Tensor other) {
    return Tensor.apply(Scalars.ADD.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor add(double value) {
    return Scalars.withValue(Scalars.ADD_VALUE, self(), value);
  }

  default Tensor sub(Tensor other) {
    return Tensor.apply(Scalars.SUB.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor sub(double value) {
    return Scalars.withValue(Scalars.SUB_VALUE, self(), value);
  }

  default Tensor mul(Tensor other) {
    return Tensor.apply(Scalars.MUL.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor mul(double value) {
    return Scalars.withValue(Scalars.MUL_VALUE, self(), value);
  }

  /** The true quotient: integers are converted to float32 first. */
  default Tensor div(Tensor other) {
    return Tensor.apply(Scalars.DIV.on(dtype(), other.dtype()), self(), other)[0];
  }

  /** The true quotient: integers are converted to float32 first. */
  default Tensor div(double value) {
    return Scalars.withValue(Scalars.DIV_VALUE, dtype().isFloating() ? self() : to(DType.FLOAT32), value);
  }

  /** Of two integer tensors float32, unlike PyTorch's: no scalar operation raises integers to a power. */
  default Tensor pow(Tensor exponent) {
    return Tensor.apply(Scalars.POW.on(dtype(), exponent.dtype()), self(), exponent)[0];
  }

  /** Whole powers of integers, from 0 on, are integers; others are float32. */
  default Tensor pow(double exponent) {
    if (dtype() == DType.BOOL) return to(DType.INT64).pow(exponent);
    if (exponent == 2) return unary(Scalars.SQUARE);
    if (!dtype().isFloating()) return Tensor.fuse(x -> x.pow(exponent), self());
    return Scalars.withValue(Scalars.POW_VALUE, self(), exponent);
  }

  /** The larger of each pair; NaN if either is. */
  default Tensor maximum(Tensor other) {
    return Tensor.apply(Scalars.MAXIMUM.on(dtype(), other.dtype()), self(), other)[0];
  }

  /** The smaller of each pair; NaN if either is. */
  default Tensor minimum(Tensor other) {
    return Tensor.apply(Scalars.MINIMUM.on(dtype(), other.dtype()), self(), other)[0];
  }

  /** Held between two bounds; at a bound the gradient passes. If {@code low > high}, all become {@code high}. */
  default Tensor clamp(double low, double high) {
    return Tensor.fuse(x -> x.clamp(low, high), self());
  }

  default Tensor neg() {
    return unary(Scalars.NEG);
  }

  default Tensor abs() {
    return unary(Scalars.ABS);
  }

  default Tensor sign() {
    return unary(Scalars.SIGN);
  }

  default Tensor floor() {
    return unary(Scalars.FLOOR);
  }

  default Tensor ceil() {
    return unary(Scalars.CEIL);
  }

  default Tensor exp() {
    return unary(Scalars.EXP);
  }

  default Tensor log() {
    return unary(Scalars.LOG);
  }

  default Tensor log1p() {
    return unary(Scalars.LOG1P);
  }

  default Tensor sqrt() {
    return unary(Scalars.SQRT);
  }

  default Tensor rsqrt() {
    return unary(Scalars.RSQRT);
  }

  default Tensor sin() {
    return unary(Scalars.SIN);
  }

  default Tensor cos() {
    return unary(Scalars.COS);
  }

  default Tensor erf() {
    return unary(Scalars.ERF);
  }

  default Tensor square() {
    return unary(Scalars.SQUARE);
  }

  default Tensor eq(Tensor other) {
    return Tensor.apply(Scalars.EQ.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor eq(double value) {
    return Scalars.withValue(Scalars.EQ_VALUE, self(), value);
  }

  default Tensor ne(Tensor other) {
    return Tensor.apply(Scalars.NE.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor ne(double value) {
    return Scalars.withValue(Scalars.NE_VALUE, self(), value);
  }

  default Tensor lt(Tensor other) {
    return Tensor.apply(Scalars.LT.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor lt(double value) {
    return Scalars.withValue(Scalars.LT_VALUE, self(), value);
  }

  default Tensor le(Tensor other) {
    return Tensor.apply(Scalars.LE.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor le(double value) {
    return Scalars.withValue(Scalars.LE_VALUE, self(), value);
  }

  default Tensor gt(Tensor other) {
    return Tensor.apply(Scalars.GT.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor gt(double value) {
    return Scalars.withValue(Scalars.GT_VALUE, self(), value);
  }

  default Tensor ge(Tensor other) {
    return Tensor.apply(Scalars.GE.on(dtype(), other.dtype()), self(), other)[0];
  }

  default Tensor ge(double value) {
    return Scalars.withValue(Scalars.GE_VALUE, self(), value);
  }

  /** Of bools. */
  default Tensor and(Tensor other) {
    return Tensor.apply(Scalars.AND.on(dtype(), other.dtype()), self(), other)[0];
  }

  /** Of bools. */
  default Tensor or(Tensor other) {
    return Tensor.apply(Scalars.OR.on(dtype(), other.dtype()), self(), other)[0];
  }

  /** Of bools. */
  default Tensor not() {
    return unary(Scalars.NOT);
  }

  default Tensor isNan() {
    return unary(Scalars.IS_NAN);
  }

  /** Converted; the same tensor if it has that type already. Gradients flow between floating types. */
  default Tensor to(DType dtype) {
    return dtype == dtype() ? self() : Tensor.apply(Scalars.cast(dtype).on(dtype()), self())[0];
  }

  private Tensor unary(ScalarFunction function) {
    return Tensor.apply(function.on(dtype()), self())[0];
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
