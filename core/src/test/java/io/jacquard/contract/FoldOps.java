package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Products, deviations, norms, log-sum-exp, any and all, over every subset of the dimensions. */
final class FoldOps {
  private FoldOps() {}

  @FunctionalInterface
  private interface Reducer {
    Tensor of(Tensor x, boolean keepDims, int... dims);
  }

  private record Op(String name, String with, Reducer op, ToDoubleFunction<double[]> reference) {}

  private static Op norm(double p) {
    return new Op("norm", "p " + p + " ", (x, keep, dims) -> x.norm(p, keep, dims), line -> norm(line, p));
  }

  private static final List<Op> OPS = List.of(
      new Op("prod", "", Tensor::prod, line -> Arrays.stream(line).reduce(1, (a, b) -> a * b)),
      new Op("std", "", (x, keep, dims) -> x.std(1, keep, dims), line -> deviation(line, 1)),
      new Op("std", "biased ", (x, keep, dims) -> x.std(0, keep, dims), line -> deviation(line, 0)),
      new Op("logsumexp", "", Tensor::logsumexp, FoldOps::logSumExp), norm(2), norm(1), norm(3), norm(0.5),
      norm(-1), norm(0), norm(Double.POSITIVE_INFINITY), norm(Double.NEGATIVE_INFINITY));

  private static final List<Op> CHOICES = List.of(
      new Op("any", "", Tensor::any, line -> Arrays.stream(line).anyMatch(v -> v != 0) ? 1 : 0),
      new Op("all", "", Tensor::all, line -> Arrays.stream(line).allMatch(v -> v != 0) ? 1 : 0));

  private static double deviation(double[] line, int correction) {
    double mean = Arrays.stream(line).average().orElse(Double.NaN);
    double squares = Arrays.stream(line).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / Math.max(0, line.length - correction));
  }

  private static double logSumExp(double[] line) {
    return Math.log(Arrays.stream(line).map(Math::exp).sum());
  }

  private static double norm(double[] line, double p) {
    var sizes = Arrays.stream(line).map(Math::abs);
    if (p == Double.POSITIVE_INFINITY) return sizes.max().orElse(0);
    if (p == Double.NEGATIVE_INFINITY) return sizes.min().orElse(0);
    if (p == 0) return sizes.filter(v -> v != 0).count();
    return Math.pow(sizes.map(v -> Math.pow(v, p)).sum(), 1 / p);
  }

  private static final List<Shape> SHAPES = List.of(Shape.of(13), Shape.of(3, 5), Shape.of(4, 3, 2),
      Shape.of(2, 1, 3, 2));

  static void cases(OpCases cases) {
    int turn = 0;
    for (var shape : SHAPES) {
      for (int[] dims : subsets(shape.rank())) {
        for (var op : OPS) values(cases, op, shape, dims, turn++);
        for (var op : CHOICES) choices(cases, op, shape, dims, turn++);
      }
    }
    for (int[] dims : subsets(3)) {
      for (var op : OPS) {
        var lay = Cases.pick(Given.ALL, turn++);
        cases.gradients(op.name, op.with + Shape.of(3, 2, 2) + " over " + Arrays.toString(dims) + " " + lay,
            in -> op.op.of(in[0].add(0), dims.length == 1, dims),
            random -> new Tensor[]{lay.random(Shape.of(3, 2, 2), -2, 2, random)});
      }
    }
    edges(cases);
    zeros(cases);
    special(cases);
    refusals(cases);
  }

  private static List<int[]> subsets(int rank) {
    return IntStream.range(1, 1 << rank)
        .mapToObj(bits -> IntStream.range(0, rank).filter(d -> (bits >> d & 1) != 0).toArray()).toList();
  }

  private static String name(Op op, Shape shape, int[] dims, boolean keep, Object type, Given lay) {
    return op.with + type + " " + shape + " over " + Arrays.toString(dims) + (keep ? " kept " : " ") + lay;
  }

  private static void values(OpCases cases, Op op, Shape shape, int[] dims, int turn) {
    var type = Cases.pick(Cases.FLOATS, turn);
    var lay = Cases.pick(Given.ALL, turn / 2);
    boolean keep = turn % 5 < 2;
    cases.add(op.name, name(op, shape, dims, keep, type, lay), type, random -> {
      var x = OpCases.numbers(type, shape, 0.5, 2, random).map(v -> Math.round(v * 8) % 2 == 0 ? v : -v);
      OpCases.check(type, x.reduce(keep, dims, op.reference), op.op.of(lay.tensor(type, x), keep, dims));
    });
  }

  private static void choices(OpCases cases, Op op, Shape shape, int[] dims, int turn) {
    var type = Cases.pick(Cases.ALL, turn);
    var lay = Cases.pick(Given.ALL, turn);
    boolean keep = turn % 5 < 2;
    cases.add(op.name, name(op, shape, dims, keep, type, lay), type, random -> {
      double share = op.name.equals("any") ? 0.15 : 0.85;
      var x = Plain.random(shape, 0, 1, random).map(v -> v < share ? 1 : 0);
      OpCases.check(DType.BOOL, x.reduce(keep, dims, op.reference),
          op.op.of(lay.tensor(type, x), keep, dims));
    });
  }

  /** Scalars, one element, nothing. */
  private static void edges(OpCases cases) {
    for (var type : Cases.FLOATS) {
      for (var op : OPS) {
        for (double v : new double[]{2.5, -3, 0}) {
          if (v == 0 && op.with.equals("p -1.0 ")) continue;
          cases.add(op.name, op.with + "of the scalar " + v + " " + type, type,
              _ -> OpCases.check(type, Plain.scalar(op.reference.applyAsDouble(new double[]{v})),
                  op.op.of(Given.WHOLE.tensor(type, Plain.scalar(v)), false)));
        }
        cases.add(op.name, op.with + "of [3, 0] over [0] " + type, type,
            _ -> OpCases.check(type, Plain.of(Shape.of(0)), op.op.of(Tensor.zeros(3, 0).to(type), false, 0)));
      }
      cases.add("prod", "of nothing " + type, type, _ -> OpCases.check(type, Plain.of(Shape.of(3), 1, 1, 1),
          Tensor.zeros(3, 0).to(type).prod(1)));
      cases.add("logsumexp", "of nothing " + type, type, _ -> OpCases.check(type,
          Plain.of(Shape.of(2), Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY),
          Tensor.zeros(2, 0).to(type).logsumexp(1)));
      cases.add("norm", "of nothing " + type, type,
          _ -> OpCases.check(type, Plain.of(Shape.of(2), 0, 0), Tensor.zeros(2, 0).to(type).norm(1)));
    }
    cases.add("any", "of nothing", _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 0, 0),
        Tensor.zeros(2, 0).any(1)));
    cases.add("all", "of nothing", _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 1),
        Tensor.zeros(2, 0).all(1)));
    for (var type : List.of(DType.INT32, DType.INT64, DType.UINT8, DType.BOOL)) {
      cases.add("prod", "is int64 of " + type, _ -> OpCases.check(DType.INT64, Plain.of(Shape.of(2), 0, 1),
          Tensor.of(new float[][]{{1, 0}, {1, 1}}).to(type).prod(-1)));
      cases.add("logsumexp", "is float32 of " + type,
          _ -> OpCases.check(DType.FLOAT32, Plain.scalar(Math.log(2)),
              Tensor.zeros(2).to(type).logsumexp(0)));
    }
  }

  /** Where naive gradients would be infinite or NaN. */
  private static void zeros(OpCases cases) {
    double[][] lines = {{2, 0, 3, 4}, {0, 2, 0, 3}, {0, 0, 0, 5}, {0, 0, 0, 0}, {-2, 3, 0, -1}};
    for (var line : lines) {
      var shape = Shape.of(2, 2);
      for (int[] dims : new int[][]{{0, 1}, {0}, {1}}) {
        cases.gradients("prod", "with zeros " + Arrays.toString(line) + " over " + Arrays.toString(dims),
            in -> in[0].prod(dims),
            _ -> new Tensor[]{Given.TRANSPOSED.tensor(DType.FLOAT64, Plain.of(shape, line))});
      }
    }
    for (double p : new double[]{0.5, 1, 2, 3, Double.POSITIVE_INFINITY}) {
      cases.add("norm", "p " + p + " has gradient 0 at 0", DType.FLOAT64, _ -> {
        var x = Tensor.of(0.0, 0.0).requiresGrad();
        x.norm(p, false, 0).backward();
        OpCases.check(DType.FLOAT64, Plain.of(Shape.of(2), 0, 0), x.grad());
      });
      cases.add("norm", "p " + p + " beside a zero", DType.FLOAT64, _ -> {
        var x = Tensor.of(0.0, -3.0).requiresGrad();
        x.norm(p, false, 0).backward();
        OpCases.check(DType.FLOAT64, Plain.of(Shape.of(2), 0, -1), x.grad());
      });
    }
    cases.add("std", "of equal numbers has gradient 0", _ -> {
      var x = Tensor.of(3f, 3f).requiresGrad();
      x.std().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 0, 0), x.grad());
    });
    cases.add("norm", "shares the gradient of equal extremes", _ -> {
      var x = Tensor.of(-3f, 3f, 1f).requiresGrad();
      x.norm(Double.POSITIVE_INFINITY, false, 0).backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), -0.5, 0.5, 0), x.grad());
    });
  }

  private static void special(OpCases cases) {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    for (var type : Cases.FLOATS) {
      var x = Plain.of(Shape.of(5, 2), 1000, 1000, -inf, -inf, inf, 1, -inf, 2, nan, 0);
      cases.add("logsumexp", "large numbers, infinities, NaN " + type, type,
          _ -> OpCases.check(type, Plain.of(Shape.of(5), 1000 + Math.log(2), -inf, inf, 2, nan),
              Given.TRANSPOSED.tensor(type, x).logsumexp(1)));
      cases.add("logsumexp", "minus infinity has no gradient " + type, type, _ -> {
        var y = Given.WHOLE.tensor(type, Plain.of(Shape.of(2, 2), -inf, -inf, -inf, 3)).requiresGrad();
        y.logsumexp(1).sum().backward();
        OpCases.check(type, Plain.of(Shape.of(2, 2), 0, 0, 0, 1), y.grad());
      });
      cases.add("norm", "NaN and infinity " + type, type,
          _ -> OpCases.check(type, Plain.of(Shape.of(2), nan, inf),
              Given.WHOLE.tensor(type, Plain.of(Shape.of(2, 2), nan, 1, -inf, 2)).norm(1)));
      cases.add("any", "NaN is not 0 " + type, type,
          _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 0),
              Given.WHOLE.tensor(type, Plain.of(Shape.of(2, 2), nan, 0, 0, -0.0)).any(1)));
      cases.add("all", "NaN is not 0 " + type, type,
          _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 0),
              Given.WHOLE.tensor(type, Plain.of(Shape.of(2, 2), nan, 1, 2, -0.0)).all(1)));
    }
  }

  private static void refusals(OpCases cases) {
    for (var op : List.of(OPS.get(0), OPS.get(1), OPS.get(3), OPS.get(4), CHOICES.get(0), CHOICES.get(1))) {
      cases.refused(op.name, "a dimension that is not there", () -> op.op.of(Tensor.zeros(2, 3), false, 2),
          op.name,
          "dimension 2", "[2, 3]");
      cases.refused(op.name, "a dimension twice", () -> op.op.of(Tensor.zeros(2, 3), false, 1, -1), "twice",
          "[2, 3]");
      cases.refused(op.name, "a dimension of a scalar", () -> op.op.of(Tensor.scalar(1), true, 0), "scalar");
    }
    cases.refused("std", "integers", () -> Tensor.of(1, 2).std(), "std", "int32", "to(DType.FLOAT32)");
    cases.refused("norm", "integers", () -> Tensor.of(1, 2).norm(), "norm", "int32", "to(DType.FLOAT32)");
    cases.refused("norm", "the largest of nothing",
        () -> Tensor.zeros(2, 0).norm(Double.POSITIVE_INFINITY, false, 1), "[2, 0]", "no element");
  }
}
