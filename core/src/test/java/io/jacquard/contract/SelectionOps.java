package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Elements chosen and put by index, along any dimension, and by mask. */
final class SelectionOps {
  private SelectionOps() {}

  /** A tensor, an index of numbers for one of its dimensions, and that dimension. */
  private record Choice(Shape from, Shape index, int dim) {
    int d() {
      return Math.floorMod(dim, from.rank());
    }

    Plain indices(SplittableRandom random) {
      return OpCases.numbers(DType.INT64, index, 0, from.size(d()), random);
    }

    /** Where an element of the index points to. */
    long[] target(Plain indices, long[] at) {
      var own = at.clone();
      own[d()] = (long) indices.at(at);
      return own;
    }

    @Override
    public String toString() {
      return from + " by " + index + " along " + dim;
    }
  }

  private static final List<Choice> CHOICES = List.of(new Choice(Shape.of(5), Shape.of(7), 0),
      new Choice(Shape.of(2, 4), Shape.of(2, 2), 1), new Choice(Shape.of(2, 3), Shape.of(4, 3), 0),
      new Choice(Shape.of(2, 3, 2), Shape.of(2, 4, 2), 1),
      new Choice(Shape.of(2, 2, 3), Shape.of(1, 2, 4), -1),
      new Choice(Shape.of(3, 4), Shape.of(2, 2), 0), new Choice(Shape.of(3, 4), Shape.of(0, 4), 0),
      new Choice(Shape.of(3, 1), Shape.of(3, 5), 1));

  static void cases(OpCases cases) {
    for (int i = 0; i < CHOICES.size(); i++) {
      gather(cases, CHOICES.get(i), i);
      scatter(cases, CHOICES.get(i), i);
    }
    indexSelect(cases);
    takeAlongDim(cases);
    known(cases);
    masks(cases);
    whereNumbers(cases);
    promotions(cases);
    refusals(cases);
  }

  private static void gather(OpCases cases, Choice choice, int turn) {
    for (var lay : Given.ALL) {
      for (int k = 0; k < 2; k++) {
        var type = Cases.pick(Cases.ALL, turn + 3 * k + lay.ordinal());
        var position = k == 0 ? DType.INT32 : DType.INT64;
        cases.add("gather", choice + " " + type + " " + position + " " + lay, type, random -> {
          var x = OpCases.numbers(type, choice.from, -9, 9, random);
          var index = choice.indices(random);
          OpCases.check(type, Plain.fill(choice.index, at -> x.at(choice.target(index, at))),
              lay.tensor(type, x).gather(choice.dim, lay.tensor(position, index)));
        });
      }
      cases.gradients("gather", choice + " " + lay, in -> in[0].square().gather(choice.dim, in[1]),
          random -> new Tensor[]{lay.random(choice.from, -1, 1, random),
              lay.tensor(DType.INT64, choice.indices(random))});
    }
  }

  /** A source that may be larger than the index. */
  private static Shape source(Choice choice) {
    return choice.index.with(0, choice.index.size(0) + 1);
  }

  private static Plain scattered(Choice choice, Plain x, Plain index, Plain source, boolean add) {
    var result = new Plain(x.shape(), x.values().clone());
    for (int i = 0; i < index.values().length; i++) {
      var at = Plain.index(index.shape(), i);
      var to = choice.target(index, at);
      int position = 0;
      for (int d = 0; d < to.length; d++) position = (int) (position * x.shape().size(d) + to[d]);
      result.values()[position] = source.at(at) + (add ? result.values()[position] : 0);
    }
    return result;
  }

  private static void scatter(OpCases cases, Choice choice, int turn) {
    for (var lay : Given.ALL) {
      var type = Cases.pick(Cases.ALL, turn + lay.ordinal());
      cases.add("scatter", choice + " " + type + " " + lay, type, random -> {
        var x = OpCases.numbers(type, choice.from, -9, 9, random);
        var source = OpCases.numbers(type, source(choice), -9, 9, random);
        var index = choice.indices(random);
        OpCases.check(type, scattered(choice, x, index, source, false),
            lay.tensor(type, x).scatter(choice.dim,
                lay.tensor(DType.INT64, index), lay.tensor(type, source)));
      });
      cases.add("scatter", "a value, " + choice + " " + type + " " + lay, type, random -> {
        var x = OpCases.numbers(type, choice.from, -9, 9, random);
        var index = choice.indices(random);
        OpCases.check(type, scattered(choice, x, index, index.map(_ -> 1), false),
            lay.tensor(type, x).scatter(choice.dim, lay.tensor(DType.INT32, index), 1));
      });
      cases.gradients("scatter", choice + " " + lay,
          in -> in[0].square().scatter(choice.dim, in[2], in[1].square()),
          random -> new Tensor[]{lay.random(choice.from, -1, 1, random),
              lay.random(source(choice), -1, 1, random),
              lay.tensor(DType.INT64, choice.indices(random))});
      var number = Cases.pick(Cases.NUMBERS, turn + lay.ordinal());
      cases.add("scatter_add", choice + " " + number + " " + lay, number, random -> {
        var x = OpCases.numbers(number, choice.from, -9, 9, random);
        var source = OpCases.numbers(number, source(choice), -9, 9, random);
        var index = choice.indices(random);
        OpCases.check(number, scattered(choice, x, index, source, true), lay.tensor(number, x)
            .scatterAdd(choice.dim, lay.tensor(DType.INT32, index), lay.tensor(number, source)));
      });
      cases.gradients("scatter_add", choice + " " + lay,
          in -> in[0].square().scatterAdd(choice.dim, in[2], in[1].square()),
          random -> new Tensor[]{lay.random(choice.from, -1, 1, random),
              lay.random(source(choice), -1, 1, random),
              lay.tensor(DType.INT64, choice.indices(random))});
    }
  }

  private static void indexSelect(OpCases cases) {
    var cube = Shape.of(2, 3, 2);
    var indices = List.of(Plain.of(Shape.of(4), 1, 0, 1, 1), Plain.of(Shape.of(0)), Plain.of(Shape.of(1), 1));
    for (int dim = -3; dim < 3; dim++) {
      int d = Math.floorMod(dim, 3);
      int given = dim;
      for (var lay : Given.ALL) {
        var index = Cases.pick(indices, dim + lay.ordinal());
        var type = Cases.pick(Cases.ALL, dim + lay.ordinal());
        var name = "dimension " + dim + " by " + index.shape() + " " + lay;
        cases.add("index_select", name + " " + type, type, random -> {
          var x = OpCases.numbers(type, cube, -9, 9, random);
          OpCases.check(type, Moved.read(x, cube.with(d, index.shape().size(0)), at -> {
            var own = at.clone();
            own[d] = (long) index.at(at[d]);
            return own;
          }), lay.tensor(type, x).indexSelect(given, lay.tensor(DType.INT64, index)));
        });
        cases.gradients("index_select", name, in -> in[0].square().indexSelect(given, in[1]),
            random -> new Tensor[]{lay.random(cube, -1, 1, random), lay.tensor(DType.INT64, index)});
      }
    }
  }

  private static void takeAlongDim(OpCases cases) {
    for (var lay : Given.ALL) {
      for (var type : Cases.COMPUTED) {
        cases.add("take_along_dim", "broadcasts " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(1, 4, 3), -9, 9, random);
          var index = OpCases.numbers(DType.INT64, Shape.of(2, 5, 1), 0, 4, random);
          OpCases.check(type,
              Plain.fill(Shape.of(2, 5, 3), i -> x.at(0, (long) index.at(i[0], i[1], 0), i[2])),
              lay.tensor(type, x).takeAlongDim(lay.tensor(DType.INT64, index), 1));
        });
      }
      cases.gradients("take_along_dim", "broadcasts " + lay, in -> in[0].square().takeAlongDim(in[1], -1),
          random -> new Tensor[]{lay.random(Shape.of(2, 1, 3), -1, 1, random),
              lay.tensor(DType.INT64, OpCases.numbers(DType.INT64, Shape.of(4, 2), 0, 3, random).reshape(
                  Shape.of(1, 4, 2)))});
    }
    cases.add("take_along_dim", "undoes a sort", random -> {
      var x = Given.STEPPED.tensor(DType.FLOAT32, Plain.random(Shape.of(5, 7), 0, 1, random));
      var sorted = x.sort(1, true);
      OpCases.check(DType.FLOAT32, new Plain(x.shape(), sorted.values().toDoubles()),
          x.takeAlongDim(sorted.indices(), 1));
    });
  }

  /** What follows from the rules for repeated numbers, zeros, NaN. */
  private static void known(OpCases cases) {
    var index = new long[]{1, 1, 0, 1};
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      cases.add("scatter", "the last of several stays, whatever it is " + type, type, _ -> {
        var source = Given.WHOLE.tensor(type,
            Plain.of(Shape.of(4), 7, Double.NaN, -3, Double.NEGATIVE_INFINITY));
        OpCases.check(type, Plain.of(Shape.of(3), -3, Double.NEGATIVE_INFINITY, 5),
            Tensor.of(1f, 1f, 5f).to(type).scatter(0, Tensor.of(index), source));
      });
    }
    cases.add("scatter", "only the one that stays has a gradient", _ -> {
      var source = Tensor.of(1f, 2f, 3f, 4f).requiresGrad();
      var x = Tensor.of(9f, 9f, 9f).requiresGrad();
      x.scatter(0, Tensor.of(index), source).mul(Tensor.of(2f, 3f, 5f)).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(4), 0, 0, 2, 3), source.grad());
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 0, 0, 5), x.grad());
    });
    cases.add("gather", "gradients of repeated numbers add up", _ -> {
      var x = Tensor.of(1f, 2f, 3f).requiresGrad();
      x.gather(0, Tensor.of(index)).mul(Tensor.of(1f, 10f, 100f, 1000f)).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 100, 1011, 0), x.grad());
    });
    cases.add("scatter_add", "a negative zero and an infinity", _ -> OpCases.check(DType.FLOAT32,
        Plain.of(Shape.of(2), 0, Double.NaN), Tensor.of(-0f, Float.POSITIVE_INFINITY).scatterAdd(0,
            Tensor.of(1L, 0L), Tensor.of(Float.NEGATIVE_INFINITY, 0f))));
  }

  private static void masks(OpCases cases) {
    var shape = Shape.of(3, 4);
    int turn = 0;
    for (var mask : List.of(shape, Shape.of(4), Shape.of(3, 1), Shape.SCALAR, Shape.of(2, 3, 4))) {
      for (var lay : Given.ALL) {
        var type = Cases.pick(Cases.ALL, turn++);
        var full = mask.rank() > 2 ? mask : shape;
        var name = shape + " by " + mask + " " + lay;
        cases.add("masked_fill", name + " " + type, type, random -> {
          var x = OpCases.numbers(type, shape, -9, 9, random);
          var m = OpCases.numbers(DType.BOOL, mask, 0, 1, random);
          var e = m.expand(full);
          OpCases.check(type, Moved.read(x.expand(full), full, i -> i).zip(e, (v, b) -> b != 0 ? 1 : v),
              lay.tensor(type, x).maskedFill(lay.tensor(DType.BOOL, m), 1));
        });
        cases.add("masked_select", name + " " + type, type, random -> {
          var x = OpCases.numbers(type, shape, -9, 9, random);
          var m = OpCases.numbers(DType.BOOL, mask, 0, 1, random);
          var e = m.expand(full).values();
          var all = x.expand(full).values();
          var chosen = IntStream.range(0, all.length).filter(i -> e[i] != 0).mapToDouble(i -> all[i])
              .toArray();
          OpCases.check(type, Plain.of(Shape.of(chosen.length), chosen),
              lay.tensor(type, x).maskedSelect(lay.tensor(DType.BOOL, m)));
        });
        cases.gradients("masked_fill", name, in -> in[0].square().maskedFill(in[1], 2.5),
            random -> new Tensor[]{lay.random(shape, -1, 1, random),
                lay.tensor(DType.BOOL, OpCases.numbers(DType.BOOL, mask, 0, 1, random))});
        cases.gradients("masked_select", name, in -> in[0].square().maskedSelect(in[1]),
            random -> new Tensor[]{lay.random(shape, -1, 1, random),
                lay.tensor(DType.BOOL, OpCases.numbers(DType.BOOL, mask, 0, 1, random))});
      }
    }
    cases.add("masked_fill", "NaN and infinities",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3), 7, 2, 7),
            Tensor.of(Float.NaN, 2f, Float.POSITIVE_INFINITY).maskedFill(Tensor.of(true, false, true), 7)));
    cases.add("masked_select", "nothing, and everything", _ -> {
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(0)),
          Tensor.ones(3).maskedSelect(Tensor.of(false, false, false)));
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 1, 1),
          Tensor.ones(2).maskedSelect(Tensor.of(true, true)));
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(0)),
          Tensor.ones(0, 3).maskedSelect(Tensor.ones(3).gt(0)));
    });
  }

  private static void whereNumbers(OpCases cases) {
    for (var type : Cases.ALL) {
      for (var lay : Given.ALL) {
        cases.add("where", "a number and " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          var c = OpCases.numbers(DType.BOOL, Shape.of(5), 0, 1, random);
          var result = type == DType.BOOL ? DType.INT64 : type;
          OpCases.check(result, c.expand(x.shape()).zip(x, (b, v) -> b != 0 ? v : 3),
              Tensor.where(lay.tensor(DType.BOOL, c), lay.tensor(type, x), 3));
          OpCases.check(result, c.expand(x.shape()).zip(x, (b, v) -> b != 0 ? 3 : v),
              Tensor.where(lay.tensor(DType.BOOL, c), 3, lay.tensor(type, x)));
        });
      }
    }
    cases.add("where", "two numbers", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 2.5, -1),
        Tensor.where(Tensor.of(true, false), 2.5, -1)));
    cases.add("where", "a fraction beside integers",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 0.5, 7),
            Tensor.where(Tensor.of(true, false), 0.5, Tensor.of(7, 7))));
    cases.gradients("where", "a number", in -> Tensor.where(in[0].gt(0.01), in[0].log(), 2).add(
        Tensor.where(in[0].gt(0.01), 3, in[0].square())),
        random -> new Tensor[]{
            Given.STEPPED.tensor(DType.FLOAT64, Plain.of(Shape.of(4), -1, 0.5, -0.25, 2))});
  }

  private static void promotions(OpCases cases) {
    for (var a : Cases.ALL) {
      for (var b : Cases.ALL) {
        cases.add("concat", a + " and " + b, a == DType.FLOAT64 ? a : b, _ -> {
          var x = Tensor.of(true, false).to(a);
          var y = Tensor.of(true).to(b);
          OpCases.check(DType.promote(a, b), Plain.of(Shape.of(3), 1, 0, 1), Tensor.concat(0, x, y));
          OpCases.check(DType.promote(a, b), Plain.of(Shape.of(2, 1), 0, 1),
              Tensor.stack(0, x.slice(0, 1, 2), y));
        });
      }
    }
    cases.add("concat", "gives each part a gradient of its own type", DType.FLOAT64, _ -> {
      var x = Tensor.of(1f, 2f).requiresGrad();
      var y = Tensor.of(3.0, 4.0).requiresGrad();
      Tensor.concat(0, x, y).square().sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 2, 4), x.grad());
      OpCases.check(DType.FLOAT64, Plain.of(Shape.of(2), 6, 8), y.grad());
    });
  }

  private static void refusals(OpCases cases) {
    var uses = new TreeMap<String, Use>(
        Map.of("gather", Tensor::gather, "scatter", (x, d, i) -> x.scatter(d, i, x),
            "scatter_add", (x, d, i) -> x.scatterAdd(d, i, x), "take_along_dim",
            (x, d, i) -> x.takeAlongDim(i, d)));
    uses.forEach((op, use) -> {
      cases.refused(op, "a dimension that is not there", () -> use.of(zeros(2, 3), 2, longs(2, 3)), op,
          "dimension 2",
          "[2, 3]");
      cases.refused(op, "an index of another rank", () -> use.of(zeros(2, 3), 0, longs(2)), op, "[2, 3]",
          "int64[2]",
          "as many dimensions");
      cases.refused(op, "an index of floats", () -> use.of(zeros(2, 3), 1, zeros(2, 3)), "index is float32",
          "to(DType.INT64)");
      cases.refused(op, "a number too large", () -> use.of(zeros(2, 3), 1, longs(2, 3).add(3)), "index 3",
          "0 to 2");
      cases.refused(op, "a negative number", () -> use.of(zeros(2, 3), 0, longs(2, 3).sub(1)), "index -1",
          "0 to 1");
    });
    cases.refused("gather", "a larger index", () -> zeros(2, 3).gather(1, longs(3, 2)), "gather", "[3, 2]",
        "[2, 3]",
        "dimension 0");
    cases.refused("scatter", "a larger index", () -> zeros(2, 3).scatter(1, longs(3, 2), 1), "scatter",
        "[3, 2]");
    cases.refused("scatter", "a smaller source", () -> zeros(2, 3).scatter(1, longs(2, 2), zeros(2, 1)),
        "scatter",
        "float32[2, 1]", "int64[2, 2]");
    cases.refused("scatter", "a source of another type", () -> zeros(2).scatter(0, longs(2), longs(2)),
        "scatter",
        "int64", "float32");
    cases.refused("scatter", "a value that does not fit", () -> longs(2).scatter(0, longs(2), 0.5), "0.5",
        "int64");
    cases.refused("scatter_add", "bools",
        () -> Tensor.of(true).scatterAdd(0, longs(1), Tensor.of(true)), "scatter_add", "bool");
    cases.refused("take_along_dim", "sizes that do not broadcast",
        () -> zeros(2, 3).takeAlongDim(longs(3, 3), 1),
        "take_along_dim", "do not broadcast");
    cases.refused("index_select", "a dimension that is not there", () -> zeros(2).indexSelect(1, longs(1)),
        "dimension 1");
    cases.refused("index_select", "an index of two dimensions", () -> zeros(2, 3).indexSelect(1, longs(1, 1)),
        "[1, 1]");
    cases.refused("index_select", "an index of floats", () -> zeros(2, 3).indexSelect(1, zeros(1)),
        "float32");
    cases.refused("masked_fill", "a mask of numbers", () -> zeros(2).maskedFill(longs(2), 0), "masked_fill",
        "int64",
        "bool");
    cases.refused("masked_fill", "a value that does not fit", () -> longs(2).maskedFill(zeros(2).eq(0), 0.5),
        "masked_fill", "0.5", "int64", "to(DType.FLOAT32)");
    cases.refused("masked_fill", "another shape", () -> zeros(2).maskedFill(zeros(3).eq(0), 1), "masked_fill",
        "[2]",
        "[3]");
    cases.refused("masked_select", "a mask of numbers", () -> zeros(2).maskedSelect(longs(2)),
        "masked_select", "int64");
    cases.refused("masked_select", "another shape", () -> zeros(2).maskedSelect(zeros(3).eq(0)),
        "masked_select", "[2]");
    cases.refused("masked_select", "a mask of floats", () -> zeros(2).maskedSelect(zeros(2)), "float32",
        "comparison");
    cases.refused("where", "shapes that do not broadcast", () -> Tensor.where(zeros(2).eq(0), zeros(3), 1),
        "where");
  }

  /** Any of those that have a tensor, a dimension and an index. */
  private interface Use {
    Tensor of(Tensor x, int dim, Tensor index);
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(sizes);
  }

  private static Tensor longs(long... sizes) {
    return Tensor.zeros(sizes).to(DType.INT64);
  }
}
