package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Indexed;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** Sorting, the largest elements, and running folds along a dimension. */
final class OrderOps {
  private OrderOps() {}

  private record Along(Shape shape, int dim) {
    int d() {
      return Math.floorMod(dim, shape.rank());
    }

    @Override
    public String toString() {
      return shape + " along " + dim;
    }
  }

  private static final List<Along> FORMS = List.of(new Along(Shape.of(9), 0), new Along(Shape.of(4, 5), 1),
      new Along(Shape.of(4, 5), -2), new Along(Shape.of(2, 3, 4), 1), new Along(Shape.of(3, 0), 1),
      new Along(Shape.of(0, 3), 1), new Along(Shape.of(5, 1), 1), new Along(Shape.of(1), 0));

  static void cases(OpCases cases) {
    int turn = 0;
    for (var form : FORMS) {
      for (var lay : Given.ALL) {
        sorts(cases, form, lay, turn++);
        running(cases, form, lay, turn);
      }
    }
    special(cases);
    zeros(cases);
    refusals(cases);
  }

  /** The order of a line; NaN last, equal elements as they stand. */
  private static double[] order(double[] line, boolean descending) {
    Comparator<Integer> byValue = Comparator.comparing(i -> line[i] + 0.0);
    return IntStream.range(0, line.length).boxed().sorted(descending ? byValue.reversed() : byValue)
        .mapToDouble(i -> i).toArray();
  }

  private static double[] sorted(double[] line, boolean descending) {
    return Arrays.stream(order(line, descending)).map(i -> line[(int) i]).toArray();
  }

  private static void sorts(OpCases cases, Along form, Given lay, int turn) {
    boolean descending = turn % 2 == 1;
    int d = form.d();
    long size = form.shape.size(d);
    long k = Math.min(size, 1 + turn % 3);
    var name = form + (descending ? " descending " : " ") + lay;
    for (var type : List.of(Cases.pick(Cases.ALL, turn), Cases.pick(Cases.ALL, turn + 3))) {
      cases.add("sort", name + " " + type, type, random -> {
        var x = OpCases.numbers(type, form.shape, -3, 3, random)
            .map(v -> type.value(type.bits(Math.rint(v))));
        var y = lay.tensor(type, x).sort(form.dim, descending);
        OpCases.check(type, x.lines(d, line -> sorted(line, descending)), y.values());
        OpCases.check(DType.INT64, x.lines(d, line -> order(line, descending)), y.indices());
        OpCases.check(DType.INT64, x.lines(d, line -> order(line, descending)),
            lay.tensor(type, x).argsort(form.dim, descending));
      });
      cases.add("topk", k + " of " + name + " " + type, type, random -> {
        var x = OpCases.numbers(type, form.shape, -9, 9, random);
        var y = lay.tensor(type, x).topk(k, form.dim, descending);
        OpCases.check(type, x.lines(d, line -> sorted(line, descending)).slice(d, 0, k, 1), y.values());
        OpCases.check(DType.INT64, x.lines(d, line -> order(line, descending)).slice(d, 0, k, 1),
            y.indices());
      });
      cases.add("argsort", name + " " + type, type, random -> {
        var x = OpCases.numbers(type, form.shape, -9, 9, random);
        OpCases.check(DType.INT64, x.lines(d, line -> order(line, false)),
            lay.tensor(type, x).argsort(form.dim));
      });
    }
    cases.gradients("sort", name, in -> in[0].square().sort(form.dim, descending).values(),
        random -> new Tensor[]{lay.random(form.shape, 0, 3, random)});
    cases.gradients("topk", name, in -> in[0].square().topk(k, form.dim, descending).values(),
        random -> new Tensor[]{lay.random(form.shape, 0, 3, random)});
  }

  private static double[] fold(double[] line, DoubleBinaryOperator f) {
    var result = line.clone();
    Arrays.parallelPrefix(result, f);
    return result;
  }

  /** Where the running extreme stands, the latest of equals. */
  private static double[] places(double[] line, double sign) {
    var places = new double[line.length];
    int best = 0;
    for (int i = 0; i < line.length; i++) {
      boolean nan = Double.isNaN(line[i]);
      if (nan || !Double.isNaN(line[best]) && sign * line[i] >= sign * line[best]) best = i;
      places[i] = best;
    }
    return places;
  }

  private static void running(OpCases cases, Along form, Given lay, int turn) {
    int d = form.d();
    for (var type : List.of(Cases.pick(Cases.ALL, turn), Cases.pick(Cases.NUMBERS, turn))) {
      var wide = type.isFloating() ? type : DType.INT64;
      cases.add("cumsum", form + " " + lay + " " + type, type, random -> {
        var x = OpCases.numbers(type, form.shape, -3, 3, random);
        OpCases.check(wide, x.lines(d, line -> fold(line, Double::sum)),
            lay.tensor(type, x).cumsum(form.dim));
      });
      cases.add("cumprod", form + " " + lay + " " + type, type, random -> {
        var x = OpCases.numbers(type, form.shape, -2, 2, random);
        OpCases.check(wide, x.lines(d, line -> fold(line, (a, b) -> a * b)),
            lay.tensor(type, x).cumprod(form.dim));
      });
      if (type == DType.BOOL) continue;
      extreme(cases, "cummax", Tensor::cummax, 1, form, lay, type);
      extreme(cases, "cummin", Tensor::cummin, -1, form, lay, type);
    }
    cases.gradients("cumsum", form + " " + lay, in -> in[0].square().cumsum(form.dim),
        random -> new Tensor[]{lay.random(form.shape, -1, 1, random)});
    cases.gradients("cumprod", form + " " + lay, in -> in[0].mul(2).cumprod(form.dim),
        random -> new Tensor[]{lay.random(form.shape, 0.3, 1.5, random)});
    cases.gradients("cummax", form + " " + lay, in -> in[0].square().cummax(form.dim).values(),
        random -> new Tensor[]{lay.random(form.shape, 0, 3, random)});
    cases.gradients("cummin", form + " " + lay, in -> in[0].square().cummin(form.dim).values(),
        random -> new Tensor[]{lay.random(form.shape, 0, 3, random)});
  }

  private interface Use {
    Object of(Tensor x, int dim);
  }

  private interface Extreme {
    Indexed of(Tensor x, int dim);
  }

  private static void extreme(OpCases cases, String op, Extreme extreme, double sign, Along form, Given lay,
      DType type) {
    cases.add(op, form + " " + lay + " " + type, type, random -> {
      var x = OpCases.numbers(type, form.shape, -3, 3, random).map(v -> type.value(type.bits(Math.rint(v))));
      var y = extreme.of(lay.tensor(type, x), form.dim);
      OpCases.check(type,
          x.lines(form.d(), line -> fold(line, (a, b) -> sign * Math.max(sign * a, sign * b))),
          y.values());
      OpCases.check(DType.INT64, x.lines(form.d(), line -> places(line, sign)), y.indices());
    });
  }

  private static void special(OpCases cases) {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    for (var type : Cases.FLOATS) {
      var x = Plain.of(Shape.of(6), 1, nan, -0.0, inf, 0, -inf);
      cases.add("sort", "NaN, infinities and zeros " + type, type, _ -> {
        var y = Given.WHOLE.tensor(type, x).sort();
        OpCases.check(type, Plain.of(Shape.of(6), -inf, 0, 0, 1, inf, nan), y.values());
        OpCases.check(DType.INT64, Plain.of(Shape.of(6), 5, 2, 4, 0, 3, 1), y.indices());
      });
      cases.add("topk", "NaN is the largest " + type, type, _ -> {
        var y = Given.WHOLE.tensor(type, x).topk(2);
        OpCases.check(type, Plain.of(Shape.of(2), nan, inf), y.values());
        OpCases.check(DType.INT64, Plain.of(Shape.of(2), 1, 3), y.indices());
      });
      cases.add("cummax", "NaN from the first on " + type, type, _ -> {
        var y = Given.WHOLE.tensor(type, Plain.of(Shape.of(5), 1, nan, 5, nan, 7)).cummax(0);
        OpCases.check(type, Plain.of(Shape.of(5), 1, nan, nan, nan, nan), y.values());
        OpCases.check(DType.INT64, Plain.of(Shape.of(5), 0, 1, 1, 3, 3), y.indices());
      });
    }
    cases.add("topk", "the first of equals", _ -> OpCases.check(DType.INT64, Plain.of(Shape.of(3), 1, 3, 0),
        Tensor.of(2f, 5f, 1f, 5f).topk(3).indices()));
    cases.add("topk", "none", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 0)),
        Tensor.zeros(2, 3).topk(0).values()));
    cases.add("cumsum", "int32 beyond 32 bits", _ -> OpCases.check(DType.INT64,
        Plain.of(Shape.of(2), 2e9, 4e9), Tensor.of(2_000_000_000, 2_000_000_000).cumsum(0)));
  }

  /** Zeros in products: first gradients by differences, second ones too. */
  private static void zeros(OpCases cases) {
    double[][] lines = {{2, 0, 3, 4}, {0, 2, 3, 5}, {2, 3, 4, 0}, {0, 2, 0, 3}, {2, 0, 0, 0}, {0, 0, 0, 0}};
    for (var line : lines) {
      for (var lay : Given.ALL) {
        cases.gradients("cumprod", "with zeros " + Arrays.toString(line) + " " + lay, in -> in[0].cumprod(1),
            _ -> new Tensor[]{lay.tensor(DType.FLOAT64, Plain.of(Shape.of(2, 4), twice(line)))});
      }
    }
  }

  private static double[] twice(double[] line) {
    return IntStream.range(0, 2 * line.length).mapToDouble(i -> line[i % line.length]).toArray();
  }

  private static void refusals(OpCases cases) {
    var uses = List.<Use>of(Tensor::sort, Tensor::argsort, (x, d) -> x.topk(1, d), Tensor::cumsum,
        Tensor::cumprod,
        Tensor::cummax, Tensor::cummin);
    var names = List.of("sort", "argsort", "topk", "cumsum", "cumprod", "cummax", "cummin");
    for (int i = 0; i < names.size(); i++) {
      var op = names.get(i);
      var use = uses.get(i);
      cases.refused(op, "a dimension that is not there", () -> use.of(Tensor.zeros(2, 3), 2), op,
          "dimension 2",
          "[2, 3]");
      cases.refused(op, "a negative one", () -> use.of(Tensor.zeros(2, 3), -3), op, "dimension -3");
      cases.refused(op, "a scalar", () -> use.of(Tensor.scalar(1), 0), op, "scalar");
    }
    cases.refused("topk", "too many", () -> Tensor.zeros(2, 3).topk(4), "topk", "4 elements", "[2, 3]",
        "0 to 3");
    cases.refused("topk", "a negative number", () -> Tensor.zeros(3).topk(-1), "topk", "-1");
    cases.refused("cummax", "bools", () -> Tensor.of(true).cummax(0), "cummax", "bool");
    cases.refused("cummin", "bools", () -> Tensor.of(true).cummin(0), "cummin", "bool");
  }
}
