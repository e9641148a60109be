package io.jacquard.tensor;

import io.jacquard.ops.Numerics;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.ops.Scalars;

/** Functions of {@link Tensor}, element by element, beyond {@link TensorArithmetic}: rounding, bounds, remainders, bases. */
sealed interface TensorFunctions extends Shaped permits Tensor {
  /** Another name of {@link TensorArithmetic#clamp}. */
  default Tensor clip(double low, double high) {
    return self().clamp(low, high);
  }

  /** At least {@code low}; at the bound the gradient passes, NaN stays. */
  default Tensor clampMin(double low) {
    return Scalars.withValue(Numerics.CLAMP_MIN, self(), low);
  }

  /** At most {@code high}; at the bound the gradient passes, NaN stays. */
  default Tensor clampMax(double high) {
    return Scalars.withValue(Numerics.CLAMP_MAX, self(), high);
  }

  /** To the nearest integer, halves to even; the gradient is 0. */
  default Tensor round() {
    return unary(Numerics.ROUND);
  }

  /** To so many decimals, by scaling: {@code round(x * 10^decimals) / 10^decimals}. Before the point if negative. */
  default Tensor round(int decimals) {
    return decimals == 0 ? round() : Numerics.round(self(), decimals);
  }

  /** Towards zero. */
  default Tensor trunc() {
    return unary(Numerics.TRUNC);
  }

  /** {@code 1 / x} */
  default Tensor reciprocal() {
    return unary(Numerics.RECIPROCAL);
  }

  /** {@code exp(x) - 1}, exact near 0. */
  default Tensor expm1() {
    return unary(Numerics.EXPM1);
  }

  default Tensor exp2() {
    return unary(Numerics.EXP2);
  }

  /** By the natural logarithm: at whole powers of 2 the last digit may be off. */
  default Tensor log2() {
    return unary(Numerics.LOG2);
  }

  /** By the natural logarithm: at whole powers of 10 the last digit may be off. */
  default Tensor log10() {
    return unary(Numerics.LOG10);
  }

  default Tensor tan() {
    return unary(Numerics.TAN);
  }

  /**
   * What division leaves, with the sign of the divisor, as Python's {@code %}. An integer divided by 0 leaves itself, where
   * PyTorch raises an error.
   */
  default Tensor remainder(Tensor divisor) {
    return Tensor.apply(Numerics.REMAINDER.on(dtype(), divisor.dtype()), self(), divisor)[0];
  }

  /** See {@link #remainder(Tensor)}. */
  default Tensor remainder(double divisor) {
    return Scalars.withValue(Numerics.REMAINDER_VALUE, self(), divisor);
  }

  /** The quotient rounded down, as Python's {@code //}; integers stay integers, and divided by 0 give 0. */
  default Tensor floorDivide(Tensor divisor) {
    return Tensor.apply(Numerics.FLOOR_DIVIDE.on(dtype(), divisor.dtype()), self(), divisor)[0];
  }

  /** See {@link #floorDivide(Tensor)}. */
  default Tensor floorDivide(double divisor) {
    return Scalars.withValue(Numerics.FLOOR_DIVIDE_VALUE, self(), divisor);
  }

  /** {@code this + weight * (end - this)}, of floats. */
  default Tensor lerp(Tensor end, double weight) {
    return Numerics.lerp(self(), end, weight);
  }

  /** {@code this + weight * (end - this)}, of floats. */
  default Tensor lerp(Tensor end, Tensor weight) {
    return Numerics.lerp(self(), end, weight);
  }

  default Tensor isInf() {
    return unary(Numerics.IS_INF);
  }

  /** Neither infinite nor NaN. */
  default Tensor isFinite() {
    return unary(Numerics.IS_FINITE);
  }

  /** NaN becomes 0, an infinity the largest finite number of its sign. */
  default Tensor nanToNum() {
    double largest = dtype().isFloating() ? Numerics.largest(dtype()) : 0;
    return nanToNum(0, largest, -largest);
  }

  /** NaN and the infinities replaced by numbers. */
  default Tensor nanToNum(double nan, double posinf, double neginf) {
    return Numerics.nanToNum(self(), nan, posinf, neginf);
  }

  /** Whether {@code |this - other| <= atol + rtol * |other|}, element by element. */
  default Tensor isClose(Tensor other, double rtol, double atol, boolean equalNan) {
    return Numerics.isClose(self(), other, rtol, atol, equalNan);
  }

  /** Whether all elements are close, with PyTorch's bounds: 1e-5 relative, 1e-8 absolute. Waits for the device. */
  default boolean allclose(Tensor other) {
    return allclose(other, 1e-5, 1e-8, false);
  }

  /** Whether {@code |this - other| <= atol + rtol * |other|} everywhere. Waits for the device. */
  default boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return isTrue(isClose(other, rtol, atol, equalNan));
  }

  /** Whether shapes and all elements are the same; types may differ, and NaN equals nothing. Waits for the device. */
  default boolean equal(Tensor other) {
    return shape().equals(other.shape()) && isTrue(self().eq(other));
  }

  private static boolean isTrue(Tensor all) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      return all.all().item() != 0;
    }
  }

  private Tensor unary(ScalarFunction function) {
    return Tensor.apply(function.on(dtype()), self())[0];
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
