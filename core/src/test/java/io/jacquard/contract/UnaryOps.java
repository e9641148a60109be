package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** Functions of each element: arithmetic with a number, functions of floats, activations. */
final class UnaryOps {
  private UnaryOps() {}

  /**
   * @param low from where numbers are taken, a place where the function is smooth but for multiples of 1/16
   * @param integers whether integers stay integers; otherwise they become float32
   */
  record Op(String name, UnaryOperator<Tensor> op, DoubleUnaryOperator reference, double low,
      double high, boolean integers) {
    /** The operation, which is the first word of the name. */
    String row() {
      return name.split(" ")[0];
    }

    /** With which numbers it is called. */
    String with() {
      return (name + " ").substring(row().length() + 1);
    }
  }

  private static final List<Op> OPS = List.of(new Op("neg", Tensor::neg, x -> -x, -3, 3, true),
      new Op("abs", Tensor::abs, Math::abs, -3, 3, true),
      new Op("sign", Tensor::sign, Math::signum, -3, 3, true),
      new Op("floor", Tensor::floor, Math::floor, -3, 3, true),
      new Op("ceil", Tensor::ceil, Math::ceil, -3, 3, true),
      new Op("square", Tensor::square, x -> x * x, -3, 3, true),
      new Op("exp", Tensor::exp, Math::exp, -3, 3, false),
      new Op("log", Tensor::log, Math::log, 0.2, 9, false),
      new Op("log1p", Tensor::log1p, Math::log1p, -0.7, 5, false),
      new Op("sqrt", Tensor::sqrt, Math::sqrt, 0.2, 9, false),
      new Op("rsqrt", Tensor::rsqrt, x -> 1 / Math.sqrt(x), 0.3, 9, false),
      new Op("sin", Tensor::sin, Math::sin, -6, 6, false),
      new Op("cos", Tensor::cos, Math::cos, -6, 6, false),
      new Op("erf", Tensor::erf, Erf::erf, -2.5, 2.5, false),
      new Op("tanh", Tensor::tanh, Math::tanh, -3, 3, false),
      new Op("sigmoid", Tensor::sigmoid, x -> 1 / (1 + Math.exp(-x)), -6, 6, false),
      new Op("relu", Tensor::relu, x -> Math.max(x, 0), -3, 3, true),
      new Op("leaky_relu", x -> x.leakyRelu(0.1), x -> x > 0 ? x : 0.1 * x, -3, 3, false),
      new Op("gelu", Tensor::gelu, x -> x / 2 * (1 + Erf.erf(x / Math.sqrt(2))), -3, 3, false),
      new Op("clamp -1 to 2.5", x -> x.clamp(-1, 2.5), x -> Math.clamp(x, -1, 2.5), -3, 4, false),
      new Op("clamp 2 to -1", x -> x.clamp(2, -1), _ -> -1, -3, 3, true),
      new Op("add 2.5", x -> x.add(2.5), x -> x + 2.5, -3, 3, false),
      new Op("add 3", x -> x.add(3), x -> x + 3, -3, 3, true),
      new Op("sub 1.25", x -> x.sub(1.25), x -> x - 1.25, -3, 3, false),
      new Op("mul -1.5", x -> x.mul(-1.5), x -> -1.5 * x, -3, 3, false),
      new Op("mul 0", x -> x.mul(0), _ -> 0, -3, 3, true),
      new Op("div 4", x -> x.div(4), x -> x / 4, -3, 3, false),
      new Op("pow 0", x -> x.pow(0), _ -> 1, -3, 3, true),
      new Op("pow 1", x -> x.pow(1), x -> x, -3, 3, true),
      new Op("pow 2", x -> x.pow(2), x -> x * x, -3, 3, true),
      new Op("pow 3", x -> x.pow(3), x -> x * x * x, -3, 3, true),
      new Op("pow 4", x -> x.pow(4), x -> x * x * x * x, -3, 3, true),
      new Op("pow 0.5", x -> x.pow(0.5), Math::sqrt, 0.3, 5, false),
      new Op("pow -1", x -> x.pow(-1), x -> 1 / x, 0.4, 5, false),
      new Op("pow -1.5", x -> x.pow(-1.5), x -> Math.pow(x, -1.5), 0.4, 5, false),
      new Op("contiguous", Tensor::contiguous, x -> x, -3, 3, true));

  /** What tensors look like: shape and way in memory. */
  private record Form(Shape shape, Given lay) {}

  private static final List<Form> FORMS = List.of(new Form(Shape.SCALAR, Given.WHOLE),
      new Form(Shape.of(67), Given.STEPPED), new Form(Shape.of(5, 9), Given.WHOLE),
      new Form(Shape.of(5, 9), Given.TRANSPOSED), new Form(Shape.of(2, 3, 4), Given.STEPPED),
      new Form(Shape.of(3, 0, 2), Given.TRANSPOSED), new Form(Shape.of(1025), Given.WHOLE));

  private static final List<Form> SMALL = List.of(new Form(Shape.SCALAR, Given.WHOLE),
      new Form(Shape.of(6), Given.WHOLE), new Form(Shape.of(2, 3), Given.TRANSPOSED),
      new Form(Shape.of(2, 1, 2), Given.STEPPED), new Form(Shape.of(0, 2), Given.WHOLE));

  static void cases(OpCases cases) {
    for (var op : OPS) all(cases, op);
    special(cases);
  }

  /** Values in all types, and gradients. */
  static void all(OpCases cases, Op op) {
    values(cases, op);
    integers(cases, op);
    for (var form : SMALL) {
      cases.gradients(op.row(), op.with() + form.shape + " " + form.lay, in -> op.op.apply(in[0]),
          random -> new Tensor[]{
              form.lay.tensor(DType.FLOAT64, smooth(form.shape, op.low, op.high, random))});
    }
  }

  private static void values(OpCases cases, Op op) {
    for (var type : Cases.FLOATS) {
      for (var form : FORMS) {
        cases.add(op.row(), op.with() + type + " " + form.shape + " " + form.lay, type, random -> {
          var x = OpCases.numbers(type, form.shape, op.low, op.high, random);
          OpCases.check(type, x.map(op.reference), op.op.apply(form.lay.tensor(type, x)));
        });
      }
    }
  }

  private static void integers(OpCases cases, Op op) {
    for (var type : List.of(DType.INT32, DType.INT64, DType.UINT8)) {
      boolean negative = type != DType.UINT8 && op.low < -1;
      boolean fits = type != DType.UINT8 || op.reference.applyAsDouble(5) >= 0 && !op.row().equals("clamp");
      if (!fits) continue;
      cases.add(op.row(), op.with() + type, random -> {
        // small enough for a fourth power in a byte
        var x = OpCases.numbers(type, Shape.of(4, 5), negative ? -3 : 1, 4, random);
        var result = op.integers ? type : DType.FLOAT32;
        OpCases.check(result, x.map(op.reference), op.op.apply(Given.TRANSPOSED.tensor(type, x)));
      });
    }
  }

  /** Numbers in the middle between multiples of 1/16, so that differences see no kink. */
  static Plain smooth(Shape shape, double low, double high, SplittableRandom random) {
    return Plain.random(shape, low, high, random).map(x -> Math.floor(x * 16) / 16 + 1.0 / 32);
  }

  /** What comes of NaN, infinities and zeros, in both types; a dash separates what goes in from what comes out. */
  private static void special(OpCases cases) {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    special(cases, "relu", Tensor::relu, new double[]{nan, inf, -inf, 0}, nan, inf, 0, 0);
    special(cases, "leaky_relu", x -> x.leakyRelu(0.5), new double[]{nan, inf, -inf, 0}, nan, inf, -inf, 0);
    special(cases, "clamp", x -> x.clamp(-1, 1), new double[]{nan, inf, -inf, -0.0}, nan, 1, -1, 0);
    special(cases, "clamp", x -> x.clamp(1, -1), new double[]{nan, inf, -inf, 0}, nan, -1, -1, -1);
    special(cases, "sign", Tensor::sign, new double[]{inf, -inf, 0, -0.0}, 1, -1, 0, 0);
    special(cases, "sqrt", Tensor::sqrt, new double[]{-1, 0, inf, nan}, nan, 0, inf, nan);
    special(cases, "log", Tensor::log, new double[]{-1, 0, inf, nan, 1}, nan, -inf, inf, nan, 0);
    special(cases, "exp", Tensor::exp, new double[]{-inf, inf, nan, 0}, 0, inf, nan, 1);
    special(cases, "sigmoid", Tensor::sigmoid, new double[]{-inf, inf, nan, 0}, 0, 1, nan, 0.5);
    special(cases, "tanh", Tensor::tanh, new double[]{-inf, inf, nan, 0}, -1, 1, nan, 0);
    special(cases, "pow", x -> x.pow(0), new double[]{nan, inf, 0, -2}, 1, 1, 1, 1);
    special(cases, "pow", x -> x.pow(0.5), new double[]{-1, 0, inf, nan}, nan, 0, inf, nan);
    special(cases, "pow", x -> x.pow(3), new double[]{-2, 0, -inf, nan}, -8, 0, -inf, nan);
    special(cases, "pow", x -> x.pow(-2), new double[]{-2, 0, -inf, nan}, 0.25, inf, 0, nan);
    special(cases, "div", x -> x.div(0), new double[]{1, -1, 0, nan}, inf, -inf, nan, nan);
  }

  static void special(OpCases cases, String name, UnaryOperator<Tensor> op, double[] in,
      double... out) {
    for (var type : Cases.FLOATS) {
      cases.add(name, "of " + Arrays.toString(in) + " " + type, type,
          _ -> OpCases.check(type, Plain.of(Shape.of(in.length), out),
              op.apply(Given.WHOLE.tensor(type, Plain.of(Shape.of(in.length), in)))));
    }
  }
}
