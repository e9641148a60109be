package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** The activation functions beside those of {@link UnaryOps}: values, gradients, kinks, what large numbers and NaN give. */
final class ActivationOps {
  private ActivationOps() {}

  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.log1p(Math.exp(x));
  }

  private static UnaryOps.Op op(String name, UnaryOperator<Tensor> op, DoubleUnaryOperator reference) {
    return new UnaryOps.Op(name, op, reference, -5, 5, false);
  }

  private static UnaryOps.Op whole(String name, UnaryOperator<Tensor> op, DoubleUnaryOperator reference) {
    return new UnaryOps.Op(name, op, reference, -5, 8, true);
  }

  private static final List<UnaryOps.Op> OPS = List.of(
      op("elu 1", x -> x.elu(1), x -> x > 0 ? x : Math.expm1(x)),
      op("elu 0.7", x -> x.elu(0.7), x -> x > 0 ? x : 0.7 * Math.expm1(x)),
      op("selu", Tensor::selu, x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x))),
      op("celu 1", x -> x.celu(1), x -> x > 0 ? x : Math.expm1(x)),
      op("celu 2.5", x -> x.celu(2.5), x -> x > 0 ? x : 2.5 * Math.expm1(x / 2.5)),
      op("gelu_tanh", Tensor::geluTanh,
          x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
      op("silu", Tensor::silu, x -> x * sigmoid(x)),
      op("mish", Tensor::mish, x -> x * Math.tanh(softplus(x))),
      op("softplus", Tensor::softplus, ActivationOps::softplus),
      op("softplus 2 from 3 on", x -> x.softplus(2, 3), x -> 2 * x > 3 ? x : softplus(2 * x) / 2),
      op("softsign", Tensor::softsign, x -> x / (1 + Math.abs(x))),
      op("log_sigmoid", Tensor::logSigmoid, x -> -softplus(-x)),
      op("hardsigmoid", Tensor::hardsigmoid, x -> Math.clamp(x / 6 + 0.5, 0, 1)),
      op("hardswish", Tensor::hardswish, x -> x * Math.clamp(x / 6 + 0.5, 0, 1)),
      op("hardtanh -1 to 2.5", x -> x.hardtanh(-1, 2.5), x -> Math.clamp(x, -1, 2.5)),
      whole("relu6", Tensor::relu6, x -> Math.clamp(x, 0, 6)),
      op("tanhshrink", Tensor::tanhshrink, x -> x - Math.tanh(x)),
      op("softshrink 0.5", x -> x.softshrink(0.5), x -> Math.signum(x) * Math.max(Math.abs(x) - 0.5, 0)),
      whole("softshrink 2", x -> x.softshrink(2), x -> Math.signum(x) * Math.max(Math.abs(x) - 2, 0)),
      whole("hardshrink 2", x -> x.hardshrink(2), x -> Math.abs(x) <= 2 ? 0 : x),
      whole("threshold 1 to 7", x -> x.threshold(1, 7), x -> x > 1 ? x : 7));

  static void cases(OpCases cases) {
    for (var op : OPS) {
      UnaryOps.all(cases, op);
      wrongUse(cases, op);
    }
    extremes(cases);
    kinks(cases);
    prelu(cases);
    glu(cases);
    parameters(cases);
  }

  private static void wrongUse(OpCases cases, UnaryOps.Op op) {
    cases.refused(op.row(), op.with() + "a tensor that went with its scope", () -> {
      Tensor x;
      try (var _ = Scope.open()) {
        x = Tensor.zeros(2, 3);
      }
      var _ = op.op().apply(x);
    }, op.row(), "[2, 3]", "freed", "keep()");
    cases.refused(op.row(), op.with() + "a second backward pass", () -> {
      var y = op.op().apply(Tensor.of(0.3f).requiresGrad());
      y.backward();
      y.backward();
    }, "backward through " + op.row(), "second time");
    cases.refused(op.row(), op.with() + "a gradient of another shape",
        () -> op.op().apply(Tensor.zeros(2).requiresGrad()).backward(Tensor.zeros(3)), "backward", "[3]",
        "[2]");
  }

  private static void extremes(OpCases cases) {
    var in = new double[]{-INF, -1e30, -200, 200, 1e30, INF, NAN};
    extremes(cases, "elu", x -> x.elu(2), in, -2, -2, -2, 200, 1e30, INF, NAN);
    extremes(cases, "celu", x -> x.celu(2), in, -2, -2, -2, 200, 1e30, INF, NAN);
    double low = -SELU_ALPHA * SELU_SCALE;
    extremes(cases, "selu", Tensor::selu, in, low, low, low, SELU_SCALE * 200, SELU_SCALE * 1e30, INF, NAN);
    extremes(cases, "gelu_tanh", Tensor::geluTanh, in, NAN, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "silu", Tensor::silu, in, NAN, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "mish", Tensor::mish, in, NAN, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "softplus", Tensor::softplus, in, 0, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "softplus", x -> x.softplus(0.5, 10), in, 0, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "log_sigmoid", Tensor::logSigmoid, in, -INF, -1e30, -200, 0, 0, 0, NAN);
    extremes(cases, "softsign", Tensor::softsign, in, NAN, -1, -200.0 / 201, 200.0 / 201, 1, NAN, NAN);
    extremes(cases, "hardsigmoid", Tensor::hardsigmoid, in, 0, 0, 0, 1, 1, 1, NAN);
    extremes(cases, "hardswish", Tensor::hardswish, in, 0, 0, 0, 200, 1e30, INF, NAN);
    extremes(cases, "relu6", Tensor::relu6, in, 0, 0, 0, 6, 6, 6, NAN);
    extremes(cases, "hardtanh", x -> x.hardtanh(-3, 2), in, -3, -3, -3, 2, 2, 2, NAN);
    extremes(cases, "tanhshrink", Tensor::tanhshrink, in, -INF, -1e30, -199, 199, 1e30, INF, NAN);
    extremes(cases, "softshrink", x -> x.softshrink(1), in, -INF, -1e30, -199, 199, 1e30, INF, NAN);
    extremes(cases, "hardshrink", x -> x.hardshrink(1), in, -INF, -1e30, -200, 200, 1e30, INF, NAN);
    extremes(cases, "threshold", x -> x.threshold(1, 7), in, 7, 7, 7, 200, 1e30, INF, NAN);
  }

  private static void extremes(OpCases cases, String name, UnaryOperator<Tensor> op, double[] in,
      double... out) {
    UnaryOps.special(cases, name, op, in, out);
    for (var type : Cases.FLOATS) {
      cases.add(name, "has finite gradients " + type, type, _ -> {
        var x = Given.WHOLE.tensor(type, Plain.of(Shape.of(4), -1e30, -200, 200, 1e30)).requiresGrad();
        var gradient = Gradients.of(op.apply(x).sum(), x);
        OpCases.check(type, Plain.of(Shape.of(4), slopes(name)), gradient);
      });
    }
  }

  /** Far to the left twice, far to the right twice. */
  private static double[] slopes(String name) {
    return switch (name) {
      case "selu" -> new double[]{0, 0, SELU_SCALE, SELU_SCALE};
      case "log_sigmoid" -> new double[]{1, 1, 0, 0};
      case "softsign" -> new double[]{0, 1.0 / 201 / 201, 1.0 / 201 / 201, 0};
      case "hardsigmoid", "relu6", "hardtanh" -> new double[]{0, 0, 0, 0};
      case "tanhshrink", "softshrink", "hardshrink" -> new double[]{1, 1, 1, 1};
      default -> new double[]{0, 0, 1, 1};
    };
  }

  /** PyTorch's gradients where a function bends. */
  private static void kinks(OpCases cases) {
    kink(cases, "elu", x -> x.elu(2), 0, 2);
    kink(cases, "celu", x -> x.celu(2), 0, 1);
    kink(cases, "selu", Tensor::selu, 0, SELU_ALPHA * SELU_SCALE);
    kink(cases, "hardsigmoid", Tensor::hardsigmoid, -3, 0);
    kink(cases, "hardsigmoid", Tensor::hardsigmoid, 3, 0);
    kink(cases, "hardswish", Tensor::hardswish, -3, 0);
    kink(cases, "hardswish", Tensor::hardswish, 3, 1);
    kink(cases, "hardtanh", x -> x.hardtanh(-1, 2), -1, 0);
    kink(cases, "hardtanh", x -> x.hardtanh(-1, 2), 2, 0);
    kink(cases, "relu6", Tensor::relu6, 0, 0);
    kink(cases, "relu6", Tensor::relu6, 6, 0);
    kink(cases, "softshrink", x -> x.softshrink(0.5), 0.5, 0);
    kink(cases, "softshrink", x -> x.softshrink(0.5), -0.5, 0);
    kink(cases, "hardshrink", x -> x.hardshrink(0.5), 0.5, 0);
    kink(cases, "threshold", x -> x.threshold(0.5, 7), 0.5, 0);
    kink(cases, "softsign", Tensor::softsign, 0, 1);
    kink(cases, "softplus", Tensor::softplus, 0, 0.5);
    kink(cases, "log_sigmoid", Tensor::logSigmoid, 0, 0.5);
    kink(cases, "mish", Tensor::mish, 0, 0.6);
    kink(cases, "prelu", x -> x.prelu(Tensor.of(0.25)), 0, 0.25);
  }

  private static void kink(OpCases cases, String name, UnaryOperator<Tensor> op, double at, double slope) {
    cases.add(name, "its gradient at " + at, DType.FLOAT64, _ -> {
      var x = Tensor.of(at).requiresGrad();
      OpCases.check(DType.FLOAT64, Plain.of(Shape.of(1), slope), Gradients.of(op.apply(x).sum(), x));
    });
  }

  private record Slopes(Shape x, long count) {}

  private static void prelu(OpCases cases) {
    for (var s : List.of(new Slopes(Shape.SCALAR, 1), new Slopes(Shape.of(7), 1),
        new Slopes(Shape.of(5, 9), 1),
        new Slopes(Shape.of(5, 9), 9), new Slopes(Shape.of(2, 3, 4), 3), new Slopes(Shape.of(2, 3, 2, 2), 3),
        new Slopes(Shape.of(0, 3), 3))) {
      for (var lay : Given.ALL) {
        var slopes = Shape.of(s.count);
        for (var type : Cases.FLOATS) {
          cases.add("prelu", type + " " + s.x + " by " + s.count + " " + lay, type, random -> {
            var x = OpCases.numbers(type, s.x, -3, 3, random);
            var w = OpCases.numbers(type, slopes, -1, 1, random);
            var expected = Plain.fill(s.x, index -> {
              double v = x.at(index);
              return v > 0 ? v : v * w.values()[s.count == 1 ? 0 : (int) index[1]];
            });
            OpCases.check(type, expected, lay.tensor(type, x).prelu(lay.tensor(type, w)));
          });
        }
        if (s.x.numel() > 24) continue;
        cases.gradients("prelu", s.x + " by " + s.count + " " + lay, in -> in[0].prelu(in[1]),
            random -> new Tensor[]{lay.tensor(DType.FLOAT64, UnaryOps.smooth(s.x, -3, 3, random)),
                lay.random(slopes, -1, 1, random)});
      }
    }
    cases.refused("prelu", "slopes of another number", () -> Tensor.zeros(2, 3).prelu(Tensor.zeros(2)),
        "prelu",
        "[2]", "[2, 3]", "channels");
    cases.refused("prelu", "slopes without channels", () -> Tensor.zeros(3).prelu(Tensor.zeros(3)), "prelu",
        "[3]", "dimension 1");
    cases.refused("prelu", "slopes in a matrix", () -> Tensor.zeros(2, 4).prelu(Tensor.zeros(2, 2)), "prelu",
        "[2, 2]", "[2, 4]");
  }

  private static void glu(OpCases cases) {
    for (var shape : List.of(Shape.of(8), Shape.of(5, 4), Shape.of(2, 6), Shape.of(2, 4, 3),
        Shape.of(0, 2))) {
      for (int dim = 0; dim < shape.rank(); dim++) {
        if (shape.size(dim) % 2 != 0) continue;
        int d = dim;
        long half = shape.size(d) / 2;
        for (var lay : Given.ALL) {
          for (var type : Cases.FLOATS) {
            cases.add("glu", type + " " + shape + " along " + d + " " + lay, type, random -> {
              var x = OpCases.numbers(type, shape, -4, 4, random);
              var expected = x.slice(d, 0, half, 1).zip(x.slice(d, half, half, 1), (a, g) -> a * sigmoid(g));
              OpCases.check(type, expected, lay.tensor(type, x).glu(d - shape.rank()));
            });
          }
          cases.gradients("glu", shape + " along " + d + " " + lay, in -> in[0].glu(d),
              random -> new Tensor[]{lay.random(shape, -2, 2, random)});
        }
      }
    }
    cases.refused("glu", "an odd size", () -> Tensor.zeros(2, 3).glu(1), "glu", "dimension 1", "[2, 3]",
        "even");
    cases.refused("glu", "a dimension that is not there", () -> Tensor.zeros(2, 4).glu(2), "glu", "[2, 4]");
    cases.refused("glu", "a scalar", () -> Tensor.scalar(1).glu(0), "glu");
  }

  private static void parameters(OpCases cases) {
    cases.refused("celu", "alpha 0", () -> Tensor.zeros(2).celu(0), "celu", "alpha is 0");
    cases.refused("softplus", "beta 0", () -> Tensor.zeros(2).softplus(0, 20), "softplus", "beta is 0");
    cases.refused("hardtanh", "bounds in the wrong order", () -> Tensor.zeros(2).hardtanh(2, -1), "hardtanh",
        "2.0",
        "-1.0");
    cases.refused("softshrink", "a negative lambda", () -> Tensor.zeros(2).softshrink(-1), "softshrink",
        "-1.0");
  }
}
