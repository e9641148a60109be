package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * The elementwise functions of {@link Tensor} beyond arithmetic: rounding, remainders, powers and logarithms of other
 * bases, interpolation, tests for what is not finite.
 *
 * <pre>{@code
 * var y = Tensor.apply(Numerics.ROUND.on(x.dtype()), x)[0];   // the same as x.round()
 * }</pre>
 */
public final class Numerics {
  public static final ScalarFunction ROUND = one("round", Scalar::round);
  public static final ScalarFunction TRUNC = one("trunc", Scalar::trunc);
  public static final ScalarFunction RECIPROCAL = one("reciprocal", Scalar::reciprocal);
  public static final ScalarFunction EXPM1 = one("expm1", Scalar::expm1);
  public static final ScalarFunction EXP2 = one("exp2", x -> x.constantFor(2).pow(x));
  public static final ScalarFunction LOG2 = one("log2", x -> x.log().mul(1 / Math.log(2)));
  public static final ScalarFunction LOG10 = one("log10", x -> x.log().mul(1 / Math.log(10)));
  public static final ScalarFunction TAN = one("tan", x -> x.sin().div(x.cos()));
  public static final ScalarFunction IS_INF = one("isinf", x -> x.abs().eq(Double.POSITIVE_INFINITY));
  public static final ScalarFunction IS_FINITE = one("isfinite", x -> x.abs().lt(Double.POSITIVE_INFINITY));

  public static final ScalarFunction REMAINDER = two("remainder", Numerics::remainder);
  public static final ScalarFunction FLOOR_DIVIDE = two("floor_divide", Numerics::floorDivide);
  public static final ScalarFunction REMAINDER_VALUE = value("remainder", Numerics::remainder);
  public static final ScalarFunction FLOOR_DIVIDE_VALUE = value("floor_divide", Numerics::floorDivide);

  /** Beyond the bound the bound; at it the gradient passes, and NaN stays. */
  public static final ScalarFunction CLAMP_MIN = value("clamp_min", (x, low) -> x.lt(low).where(low, x));
  public static final ScalarFunction CLAMP_MAX = value("clamp_max", (x, high) -> x.gt(high).where(high, x));

  private static final ScalarFunction LERP = ScalarFunction.of("lerp", in -> lerp(in[0], in[1], in[2]));
  private static final ScalarFunction LERP_VALUE = ScalarFunction.withParams("lerp",
      trace -> lerp(trace.input(0), trace.input(1), trace.param(0, trace.input(0).type())));

  private static final ScalarFunction NAN_TO_NUM = ScalarFunction.withParams("nan_to_num", trace -> {
    var x = trace.input(0);
    var high = x.eq(Double.POSITIVE_INFINITY).where(trace.param(1, x.type()), x);
    var low = x.eq(Double.NEGATIVE_INFINITY).where(trace.param(2, x.type()), high);
    return x.isNan().where(trace.param(0, x.type()), low);
  });
  private static final ScalarFunction IS_CLOSE = ScalarFunction.withParams("isclose", trace -> {
    var a = trace.input(0);
    var b = trace.input(1);
    var type = a.type().isFloating() ? a.type() : DType.FLOAT32;
    var bound = b.abs().to(type).mul(trace.param(0, type)).add(trace.param(1, type));
    var distance = a.sub(b).abs().to(type);
    // An infinite bound would let an infinity pass as close to anything.
    var near = distance.le(bound).and(distance.lt(Double.POSITIVE_INFINITY));
    var bothNan = a.isNan().and(b.isNan()).and(trace.param(2, DType.BOOL));
    return a.eq(b).or(near).or(bothNan);
  });
  /** The largest finite numbers of the floating types, largest first. */
  private static final double[] LARGEST = {Double.MAX_VALUE, Float.MAX_VALUE, 0x1.FEp127, 65504};

  private Numerics() {}

  /** {@code a - floor(a / b) * b}, which has the sign of {@code b}; an integer by zero is the integer. */
  private static Scalar remainder(Scalar a, Scalar b) {
    var r = rest(a, b);
    return hasOtherSign(r, b).where(r.add(b), r);
  }

  /** The quotient rounded down; of an infinite number NaN, as Python has it. */
  private static Scalar floorDivide(Scalar a, Scalar b) {
    var q = quotient(a, b);
    var rest = rest(a, b);
    var down = hasOtherSign(rest, b).where(q.sub(1), q);
    if (!q.type().isFloating()) return down;
    return b.eq(0).where(q, rest.isNan().where(q.constantFor(Double.NaN), down));
  }

  /** Of integers rounded towards zero, so that it may be one too large. */
  private static Scalar quotient(Scalar a, Scalar b) {
    var q = a.div(b);
    return q.type().isFloating() ? q.floor() : q;
  }

  /** What the quotient leaves, in one rounding, so that it is exact while the quotient is. */
  private static Scalar rest(Scalar a, Scalar b) {
    var q = quotient(a, b);
    // A quotient of zero leaves all; zero times an infinite divisor would be NaN.
    return q.eq(0).where(a, a.add(q.neg().mul(b)));
  }

  /** Whether a rest has not the sign of the divisor: then the quotient is one too large. */
  private static Scalar hasOtherSign(Scalar rest, Scalar b) {
    return rest.ne(0).and(rest.lt(0).xor(b.lt(0)));
  }

  /** From the nearer end, as PyTorch does, so that weight 1 gives the end itself. */
  private static Scalar lerp(Scalar start, Scalar end, Scalar weight) {
    var way = end.sub(start);
    return weight.abs().lt(0.5).where(start.add(weight.mul(way)), end.sub(way.mul(weight.rsub(1))));
  }

  /** NaN and the infinities replaced; integers have none. */
  public static Tensor nanToNum(Tensor x, double nan, double posinf, double neginf) {
    var type = x.dtype();
    if (!type.isFloating()) return x;
    var given = type.computeType();
    var op = NAN_TO_NUM.on(type).withParams(given.bits(nan), given.bits(posinf), given.bits(neginf));
    return Tensor.apply(op, x)[0];
  }

  /** The largest finite number of a floating type. */
  public static double largest(DType type) {
    for (double number : LARGEST) {
      if (type.value(type.bits(number)) < Double.POSITIVE_INFINITY) return type.value(type.bits(number));
    }
    throw new IllegalArgumentException(type.toString());
  }

  /** Whether {@code |a - b| <= atol + rtol * |b|}, element by element. */
  public static Tensor isClose(Tensor a, Tensor b, double rtol, double atol, boolean equalNan) {
    if (!(rtol >= 0 && atol >= 0)) {
      throw new JacquardException("isclose: rtol " + rtol + " and atol " + atol + ", expected 0 or more.");
    }
    var common = DType.promote(a.dtype(), b.dtype());
    var type = common.isFloating() ? common : DType.INT64;
    var bounds = common.isFloating() ? common.computeType() : DType.FLOAT32;
    var op = IS_CLOSE.on(type, type).withParams(bounds.bits(rtol), bounds.bits(atol), equalNan ? 1 : 0);
    return Tensor.apply(op, a.to(type), b.to(type))[0];
  }

  /** From start to end, of floats. */
  public static Tensor lerp(Tensor start, Tensor end, double weight) {
    var type = common("lerp", start, end);
    return Tensor.apply(LERP_VALUE.on(type, type).withParams(type.computeType().bits(weight)), start.to(type),
        end.to(type))[0];
  }

  /** From start to end, of floats, by a weight for each element. */
  public static Tensor lerp(Tensor start, Tensor end, Tensor weight) {
    var type = common("lerp", start, end, weight);
    return Tensor.apply(LERP.on(type, type, type), start.to(type), end.to(type), weight.to(type))[0];
  }

  private static DType common(String op, Tensor... in) {
    var type = Arrays.stream(in).map(Tensor::dtype).reduce(DType::promote).orElseThrow();
    if (!type.isFloating()) {
      throw new JacquardException(op + ": tensors of " + type + ", expected floats. Use to(DType.FLOAT32).");
    }
    return type;
  }

  /** To {@code decimals} places after the point; before it, if negative. */
  public static Tensor round(Tensor x, int decimals) {
    double scale = Math.pow(10, Math.abs(decimals));
    if (!x.dtype().isFloating()) {
      throw new JacquardException(
          "round: a tensor of " + x.dtype() + " to " + decimals
              + " decimals, expected floats. Use to(DType.FLOAT32).");
    }
    return decimals < 0 ? x.div(scale).round().mul(scale) : x.mul(scale).round().div(scale);
  }

  private static ScalarFunction one(String name, UnaryOperator<Scalar> body) {
    return ScalarFunction.of(name, in -> body.apply(in[0]));
  }

  private static ScalarFunction two(String name, BinaryOperator<Scalar> body) {
    return ScalarFunction.of(name, in -> body.apply(in[0], in[1]));
  }

  /** For {@link Scalars#withValue}. */
  private static ScalarFunction value(String name, BinaryOperator<Scalar> body) {
    return ScalarFunction.withParams(name, trace -> {
      var x = trace.input(0);
      return body.apply(x, trace.param(0, x.type()));
    });
  }
}
