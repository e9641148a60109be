package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Reductions over every subset of the dimensions, with and without keeping them. */
final class ReductionOps {
  private ReductionOps() {}

  @FunctionalInterface
  private interface Reducer {
    Tensor of(Tensor x, boolean keepDims, int[] dims);
  }

  private record Op(String name, Reducer op, ToDoubleFunction<double[]> reference) {}

  private static final List<Op> OPS = List.of(new Op("sum", Tensor::sum, line -> Arrays.stream(line).sum()),
      new Op("mean", Tensor::mean, ReductionOps::mean),
      new Op("amax", Tensor::max, line -> Arrays.stream(line).max().orElseThrow()),
      new Op("amin", Tensor::min, line -> Arrays.stream(line).min().orElseThrow()),
      new Op("var", (x, keep, dims) -> x.var(1, keep, dims), line -> variance(line, 1)),
      new Op("var", (x, keep, dims) -> x.var(0, keep, dims), line -> variance(line, 0)));

  private static double mean(double[] line) {
    return Arrays.stream(line).sum() / line.length;
  }

  private static double variance(double[] line, int correction) {
    double mean = mean(line);
    return Arrays.stream(line).map(x -> (x - mean) * (x - mean)).sum()
        / Math.max(0, line.length - correction);
  }

  private static final List<Shape> SHAPES = List.of(Shape.of(67), Shape.of(5, 9), Shape.of(4, 3, 5),
      Shape.of(2, 1, 3, 4));

  static void cases(OpCases cases) {
    int turn = 0;
    for (var shape : SHAPES) {
      for (int[] dims : subsets(shape.rank())) {
        for (var op : OPS) {
          for (boolean keep : new boolean[]{false, true}) {
            int t = turn++;
            values(cases, op, shape, dims, keep, Cases.pick(Cases.FLOATS, t / 2),
                Cases.pick(Given.ALL, t / 3));
          }
        }
      }
    }
    for (int[] dims : subsets(3)) {
      for (var op : OPS) gradients(cases, op, Shape.of(3, 2, 2), dims, Cases.pick(Given.ALL, turn++));
    }
    for (var op : OPS) {
      if (op == OPS.get(4)) continue; // the unbiased variance of one number is NaN
      gradients(cases, op, Shape.of(1), new int[]{0}, Given.WHOLE);
    }
    scalarsAndEmpty(cases);
    integers(cases);
    positions(cases);
    ties(cases);
    sumTo(cases);
  }

  /** All subsets but the empty one, which stands for all dimensions. */
  private static List<int[]> subsets(int rank) {
    return IntStream.range(1, 1 << rank)
        .mapToObj(bits -> IntStream.range(0, rank).filter(d -> (bits >> d & 1) != 0).toArray()).toList();
  }

  private static String name(Shape shape, int[] dims, boolean keep) {
    return shape + " over " + Arrays.toString(dims) + (keep ? " kept" : "");
  }

  private static void values(OpCases cases, Op op, Shape shape, int[] dims, boolean keep, DType type,
      Given lay) {
    int turn = OPS.indexOf(op);
    cases.add(op.name, turn + " " + type + " " + name(shape, dims, keep) + " " + lay, type, random -> {
      var x = OpCases.numbers(type, shape, -3, 3, random);
      // dimensions may be named from the end, and in any order
      var named = IntStream.range(0, dims.length).map(k -> dims[dims.length - 1 - k] - shape.rank())
          .toArray();
      OpCases.check(type, x.reduce(keep, dims, op.reference), op.op.of(lay.tensor(type, x), keep, named));
    });
  }

  private static void gradients(OpCases cases, Op op, Shape shape, int[] dims, Given lay) {
    boolean keep = lay == Given.STEPPED;
    cases.gradients(op.name, OPS.indexOf(op) + " " + name(shape, dims, keep) + " " + lay,
        in -> op.op.of(in[0], keep, dims), random -> new Tensor[]{lay.random(shape, -3, 3, random)});
  }

  private static void scalarsAndEmpty(OpCases cases) {
    for (var type : Cases.FLOATS) {
      for (var op : OPS) {
        double expected = op.reference.applyAsDouble(new double[]{2.5});
        cases.add(op.name, OPS.indexOf(op) + " of a scalar " + type, type,
            _ -> OpCases.check(type, Plain.scalar(expected),
                op.op.of(Given.WHOLE.tensor(type, Plain.scalar(2.5)), false, new int[0])));
        cases.add(op.name, OPS.indexOf(op) + " all of [2, 3] " + type, type, random -> {
          var x = OpCases.numbers(type, Shape.of(2, 3), -3, 3, random);
          OpCases.check(type, Plain.scalar(op.reference.applyAsDouble(x.values())),
              op.op.of(Given.TRANSPOSED.tensor(type, x), false, new int[0]));
        });
        cases.add(op.name, OPS.indexOf(op) + " of [3, 0] over [0] " + type, type,
            _ -> OpCases.check(type, Plain.of(Shape.of(0)),
                op.op.of(Tensor.zeros(3, 0).to(type), false, new int[]{0})));
      }
      cases.add("sum", "over nothing " + type, type, _ -> OpCases.check(type, Plain.of(Shape.of(3), 0, 0, 0),
          Tensor.zeros(3, 0).to(type).sum(1)));
      cases.add("mean", "over nothing " + type, type,
          _ -> OpCases.check(type, Plain.of(Shape.of(1, 2), Double.NaN, Double.NaN),
              Tensor.zeros(0, 2).to(type).mean(true, 0)));
    }
    cases.gradients("sum", "over nothing", in -> in[0].sum(1).add(in[1]),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(3, 0), 0, 1, random),
            Given.WHOLE.random(Shape.of(3), 0, 1, random)});
    cases.gradients("sum", "of a scalar", in -> in[0].square().sum(),
        random -> new Tensor[]{Given.WHOLE.random(Shape.SCALAR, 0, 1, random)});
    for (var op : OPS.subList(2, 4)) {
      cases.add(op.name, "NaN wins", _ -> OpCases.check(DType.FLOAT32, Plain.scalar(Double.NaN),
          op.op.of(Tensor.of(1, Float.NaN, 2), false, new int[0])));
      cases.add(op.name, "infinities", _ -> OpCases.check(DType.FLOAT32,
          Plain.scalar(op.name.equals("amax") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY),
          op.op.of(Tensor.of(1, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY), false, new int[0])));
    }
  }

  /** Sums are int64, extremes keep the type. */
  private static void integers(OpCases cases) {
    for (var type : List.of(DType.INT32, DType.INT64, DType.UINT8, DType.BOOL)) {
      for (var op : List.of(OPS.get(0), OPS.get(2), OPS.get(3))) {
        if (type == DType.BOOL && op != OPS.getFirst()) continue;
        for (int[] dims : subsets(2)) {
          cases.add(op.name, type + " " + name(Shape.of(5, 9), dims, false), random -> {
            var x = OpCases.numbers(type, Shape.of(5, 9), type == DType.UINT8 ? 0 : -200, 200, random);
            var result = op == OPS.getFirst() ? DType.INT64 : type;
            OpCases.check(result, x.reduce(false, dims, op.reference),
                op.op.of(Given.TRANSPOSED.tensor(type, x), false, dims));
          });
        }
      }
    }
    cases.add("sum", "int32 beyond 32 bits", _ -> OpCases.check(DType.INT64, Plain.scalar(4_000_000_000.0),
        Tensor.of(2_000_000_000, 2_000_000_000).sum()));
  }

  private static void positions(OpCases cases) {
    for (var shape : SHAPES) {
      for (int d = 0; d < shape.rank(); d++) {
        int dim = d;
        for (var lay : Given.ALL) {
          for (var type : List.of(DType.FLOAT32, DType.INT32)) {
            cases.add("argmax", type + " " + shape + " along " + dim + " " + lay, random -> {
              var x = OpCases.numbers(type, shape, -3, 3, random); // with ties
              OpCases.check(DType.INT64, x.reduce(false, new int[]{dim}, ReductionOps::first),
                  lay.tensor(type, x).argmax(dim));
            });
            cases.add("argmin", type + " " + shape + " along " + dim + " " + lay, random -> {
              var x = OpCases.numbers(type, shape, -3, 3, random);
              OpCases.check(DType.INT64, x.map(v -> -v).reduce(false, new int[]{dim}, ReductionOps::first),
                  lay.tensor(type, x).argmin(dim - shape.rank()));
            });
          }
        }
      }
    }
    cases.add("argmax", "the first NaN", _ -> OpCases.check(DType.INT64, Plain.scalar(2),
        Tensor.of(1, 9, Float.NaN, Float.NaN).argmax(0)));
    cases.add("argmin", "the first NaN", _ -> OpCases.check(DType.INT64, Plain.scalar(1),
        Tensor.of(1, Float.NaN, -9, Float.NaN).argmin(0)));
  }

  /** The position of the first largest number. */
  private static double first(double[] line) {
    int best = 0;
    for (int i = 1; i < line.length; i++) {
      if (line[i] > line[best]) best = i;
    }
    return best;
  }

  /** The gradient of an extreme is shared by all that attain it. */
  private static void ties(OpCases cases) {
    cases.add("amax", "shares its gradient evenly", _ -> {
      var x = Tensor.of(new float[][]{{3, 1, 3}, {2, 2, 2}}).requiresGrad();
      x.max(1).mul(Tensor.of(1f, 6f)).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 3), 0.5, 0, 0.5, 2, 2, 2), x.grad());
    });
    cases.add("amin", "shares its gradient evenly", _ -> {
      var x = Tensor.of(3f, 1f, 3f, 1f).requiresGrad();
      x.min().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(4), 0, 0.5, 0, 0.5), x.grad());
    });
    cases.add("amax", "shares the gradient of NaN among the NaNs", _ -> {
      var x = Tensor.of(3f, Float.NaN, 1f, Float.NaN).requiresGrad();
      x.max().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(4), 0, 0.5, 0, 0.5), x.grad());
    });
    cases.add("maximum", "halves its gradient at a tie", _ -> {
      var x = Tensor.of(1f, 2f, 3f).requiresGrad();
      var y = Tensor.of(1f, 5f, 0f).requiresGrad();
      x.maximum(y).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 0.5, 0, 1), x.grad());
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 0.5, 1, 0), y.grad());
    });
  }

  private static void sumTo(OpCases cases) {
    var from = Shape.of(2, 3, 4);
    for (var to : List.of(Shape.SCALAR, Shape.of(4), Shape.of(1), Shape.of(3, 1), Shape.of(3, 4),
        Shape.of(2, 1, 4), Shape.of(2, 3, 1), Shape.of(1, 1, 1), from)) {
      var dims = IntStream.range(0, 3)
          .filter(d -> d < 3 - to.rank() || to.size(d - 3 + to.rank()) != from.size(d)).toArray();
      for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32)) {
        cases.add("sum_to", type + " " + to, type, random -> {
          var x = OpCases.numbers(type, from, -3, 3, random);
          OpCases.check(type == DType.INT32 ? DType.INT64 : type,
              x.reduce(true, dims, line -> Arrays.stream(line).sum()).reshape(to),
              Given.TRANSPOSED.tensor(type, x).sumTo(to));
        });
      }
      cases.gradients("sum_to", to.toString(), in -> in[0].sumTo(to),
          random -> new Tensor[]{Given.STEPPED.random(from, -3, 3, random)});
    }
  }
}
