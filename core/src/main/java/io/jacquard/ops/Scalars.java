package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.expr.Scalar;
import io.jacquard.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The elementwise functions of {@link Tensor}, each one line: its name and what it computes.
 *
 * <pre>{@code
 * var y = Tensor.apply(Scalars.EXP.on(x.dtype()), x)[0];   // x.exp()
 * }</pre>
 */
public final class Scalars {
  public static final ScalarFunction ADD = two("add", Scalar::add);
  public static final ScalarFunction SUB = two("sub", Scalar::sub);
  public static final ScalarFunction MUL = two("mul", Scalar::mul);
  public static final ScalarFunction DIV = two("div", Scalars::quotient);
  public static final ScalarFunction POW = two("pow", Scalar::pow);
  public static final ScalarFunction MAXIMUM = two("maximum", Scalar::max);
  public static final ScalarFunction MINIMUM = two("minimum", Scalar::min);
  public static final ScalarFunction EQ = two("eq", Scalar::eq);
  public static final ScalarFunction NE = two("ne", Scalar::ne);
  public static final ScalarFunction LT = two("lt", Scalar::lt);
  public static final ScalarFunction LE = two("le", Scalar::le);
  public static final ScalarFunction GT = two("gt", Scalar::gt);
  public static final ScalarFunction GE = two("ge", Scalar::ge);
  public static final ScalarFunction AND = two("logical_and",
      (a, b) -> a.to(DType.BOOL).and(b.to(DType.BOOL)));
  public static final ScalarFunction OR = two("logical_or", (a, b) -> a.to(DType.BOOL).or(b.to(DType.BOOL)));

  public static final ScalarFunction ADD_VALUE = value("add", Scalar::add);
  public static final ScalarFunction SUB_VALUE = value("sub", Scalar::sub);
  public static final ScalarFunction MUL_VALUE = value("mul", Scalar::mul);
  public static final ScalarFunction DIV_VALUE = value("div", Scalar::div);
  public static final ScalarFunction POW_VALUE = value("pow", Scalar::pow);
  public static final ScalarFunction EQ_VALUE = value("eq", Scalar::eq);
  public static final ScalarFunction NE_VALUE = value("ne", Scalar::ne);
  public static final ScalarFunction LT_VALUE = value("lt", Scalar::lt);
  public static final ScalarFunction LE_VALUE = value("le", Scalar::le);
  public static final ScalarFunction GT_VALUE = value("gt", Scalar::gt);
  public static final ScalarFunction GE_VALUE = value("ge", Scalar::ge);

  public static final ScalarFunction IDENTITY = one("contiguous", x -> x);
  public static final ScalarFunction NEG = one("neg", Scalar::neg);
  public static final ScalarFunction ABS = one("abs", Scalar::abs);
  public static final ScalarFunction SIGN = one("sign", Scalar::sign);
  public static final ScalarFunction FLOOR = one("floor", Scalar::floor);
  public static final ScalarFunction CEIL = one("ceil", Scalar::ceil);
  public static final ScalarFunction SQUARE = one("square", Scalar::square);
  public static final ScalarFunction EXP = one("exp", Scalar::exp);
  public static final ScalarFunction LOG = one("log", Scalar::log);
  public static final ScalarFunction LOG1P = one("log1p", Scalar::log1p);
  public static final ScalarFunction SQRT = one("sqrt", Scalar::sqrt);
  public static final ScalarFunction RSQRT = one("rsqrt", Scalar::rsqrt);
  public static final ScalarFunction SIN = one("sin", Scalar::sin);
  public static final ScalarFunction COS = one("cos", Scalar::cos);
  public static final ScalarFunction ERF = one("erf", Scalar::erf);
  public static final ScalarFunction TANH = one("tanh", Scalar::tanh);
  public static final ScalarFunction SIGMOID = one("sigmoid", Scalar::sigmoid);
  public static final ScalarFunction RELU = one("relu", Scalar::relu);
  public static final ScalarFunction GELU = one("gelu", Scalar::gelu);
  public static final ScalarFunction GELU_TANH = one("gelu_tanh", Scalar::geluTanh);
  public static final ScalarFunction SELU = one("selu", Scalar::selu);
  public static final ScalarFunction SILU = one("silu", Scalar::silu);
  public static final ScalarFunction MISH = one("mish", Scalar::mish);
  public static final ScalarFunction SOFTPLUS = one("softplus", x -> x.softplus(1, 20));
  public static final ScalarFunction SOFTSIGN = one("softsign", Scalar::softsign);
  public static final ScalarFunction LOG_SIGMOID = one("log_sigmoid", Scalar::logSigmoid);
  public static final ScalarFunction HARDSIGMOID = one("hardsigmoid", Scalar::hardsigmoid);
  public static final ScalarFunction HARDSWISH = one("hardswish", Scalar::hardswish);
  public static final ScalarFunction RELU6 = one("relu6", x -> x.hardtanh(0, 6));
  public static final ScalarFunction TANHSHRINK = one("tanhshrink", Scalar::tanhshrink);
  public static final ScalarFunction PRELU = two("prelu", Scalar::prelu);
  /** Of the two halves of a tensor: the first, as far as the second lets it through. */
  public static final ScalarFunction GLU = two("glu", (a, gate) -> a.mul(gate.sigmoid()));
  public static final ScalarFunction NOT = one("logical_not", Scalar::not);
  public static final ScalarFunction IS_NAN = one("isnan", Scalar::isNan);
  public static final ScalarFunction WHERE = ScalarFunction.of("where", in -> in[0].where(in[1], in[2]));

  private static final Map<DType, ScalarFunction> CASTS = new EnumMap<>(DType.class);

  static {
    for (var type : DType.values()) CASTS.put(type, one("to", x -> x.to(type)));
  }

  private Scalars() {}

  /** Conversion to a type. */
  public static ScalarFunction cast(DType to) {
    return Objects.requireNonNull(CASTS.get(to));
  }

  /**
   * A function of an element and a number that is the same for all. Integers that cannot hold the number are converted
   * first, as beside {@link Scalar#constantFor}: to int64, or to float32 if it is a fraction.
   */
  public static Tensor withValue(ScalarFunction function, Tensor x, double value) {
    var type = Scalar.typeBeside(x.dtype(), value);
    return Tensor.apply(function.on(type).withParams(type.computeType().bits(value)), x.to(type))[0];
  }

  private static Scalar quotient(Scalar a, Scalar b) {
    var common = DType.promote(a.type(), b.type());
    var type = common.isFloating() ? common : DType.FLOAT32;
    return a.to(type).div(b.to(type));
  }

  private static ScalarFunction one(String name, UnaryOperator<Scalar> body) {
    return ScalarFunction.of(name, in -> body.apply(in[0]));
  }

  private static ScalarFunction two(String name, BiFunction<Scalar, Scalar, Scalar> body) {
    return ScalarFunction.of(name, in -> body.apply(in[0], in[1]));
  }

  private static ScalarFunction value(String name, BiFunction<Scalar, Scalar, Scalar> body) {
    return ScalarFunction.withParams(name, trace -> {
      var x = trace.input(0);
      return body.apply(x, trace.param(0, x.type()));
    });
  }
}
