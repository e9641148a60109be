package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.spi.Device;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Every fold of every type over every choice of axes, with programs, several outputs and accumulation. */
final class ReduceContract {
  private static final int[][] AXES = {{}, {0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}};
  private static final List<Shape> BIG = List.of(Shape.of(40_000), Shape.of(129, 67), Shape.of(3, 1001, 5),
      Shape.of(2, 20_000), Shape.of(5000, 3));

  private ReduceContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var fold : Fold.values()) {
      for (var type : DType.values()) folds(cases, fold, type, turn++);
    }
    nan(cases);
    empty(cases);
    accumulate(cases);
    fused(cases);
  }

  private static void folds(Cases cases, Fold fold, DType type, int turn) {
    for (var axes : AXES) {
      if (!fold.isArg() || axes.length == 1)
        one(cases, fold, type, Shape.of(5, 9, 4), axes, pick(List.of(Lay.values()), turn++));
    }
    if (fold.isArg()) one(cases, fold, type, Shape.of(4, 3, 2, 5), new int[]{turn % 4}, Lay.TRANSPOSED);
    one(cases, fold, type, Shape.of(3, 2, 1, 4, 3), new int[]{fold.isArg() ? 3 : turn % 3}, Lay.STEPPED);
    for (int variant = 0; variant < 2; variant++) {
      var big = pick(BIG, turn + variant);
      one(cases, fold, type, big, new int[]{(turn + variant) % big.rank()},
          pick(List.of(Lay.CONTIGUOUS, Lay.OFFSET, Lay.TRANSPOSED, Lay.STEPPED), turn / 2 + variant));
    }
  }

  private static void one(Cases cases, Fold fold, DType type, Shape shape, int[] axes, Lay lay) {
    var program = Program.of(in -> in[0], type).unrounded();
    cases.add(fold.name(), type + " " + shape + " over " + Arrays.toString(axes) + " " + lay,
        (random, device) -> {
          var in = new Operand[]{Operand.of(type, shape, lay, values(fold, type, shape), random)};
          check(device, Reduction.of(fold), program, new long[0], axes, in, random);
        });
  }

  private static Values values(Fold fold, DType type, Shape shape) {
    return switch (fold) {
      case SUM -> type.isFloating() ? Values.SMALL : Values.MIXED;
      case PRODUCT -> type.isFloating() ? Values.range(0.99, 1.01) : Values.MIXED;
      case MIN, MAX -> shape.rank() == 3 ? Values.TIES : Values.ORDERED_TIES;
      case ARGMIN, ARGMAX -> shape.rank() == 2 ? Values.ORDERED_TIES : Values.TIES;
    };
  }

  private static void check(Device device, Reduction how, Program each, long[] params, int[] axes,
      Operand[] in,
      SplittableRandom random) {
    var lines = new Lines(in[0].shape(), axes);
    var out = new Operand[each.outputs()];
    var tolerances = new Tolerance[out.length];
    for (int j = 0; j < out.length; j++) {
      var folded = io.jacquard.contract.Fold.resultType(how.fold(), each.outputType(j));
      // What was read from halves may also be rounded to one.
      var type = in[0].type().isHalf() && folded == DType.FLOAT32 && random.nextInt(3) > 0
          ? in[0].type()
          : folded;
      out[j] = Operand.of(type, lines.kept(), pick(Lay.WRITABLE, j),
          how.accumulate() ? Values.SMALL : Values.POISON,
          random);
      tolerances[j] = tolerance(how, each, params, axes, in, j, lines);
    }
    trial(how, each, params, axes, in, out).check(device, tolerances);
  }

  private static Trial trial(Reduction how, Program each, long[] params, int[] axes, Operand[] in,
      Operand... out) {
    return new Trial((backend, i, o) -> backend.reduce(how, each, params, i, axes, o), in, out);
  }

  private static Tolerance tolerance(Reduction how, Program each, long[] params, int[] axes, Operand[] in,
      int j,
      Lines lines) {
    return switch (how.fold()) {
      case SUM -> each.outputType(j).isFloating()
          ? Tolerance.sum(lines.length(), magnitudes(each, params, axes, in, j, how.accumulate() ? 1 : 0))
          : Tolerance.EXACT;
      case PRODUCT -> Tolerance.relative((each.outputType(j) == DType.FLOAT64 ? 0x1p-53 : 0x1p-24) * 2
          * Math.max(1, lines.length()));
      default -> Tolerance.EQUAL;
    };
  }

  /** The sum of the magnitudes of what the program gives, plus {@code more}, for each element of the result. */
  private static Operand magnitudes(Program each, long[] params, int[] axes, Operand[] in, int j,
      double more) {
    var random = new SplittableRandom(0);
    var values = new Operand[each.outputs()];
    for (int k = 0; k < values.length; k++)
      values[k] = Operand.of(each.outputType(k), in[0].shape(), Lay.CONTIGUOUS, Values.POISON, random);
    var terms = MapContract.trial(each, params, in, values).expected(j).magnitudes();
    var sums = Operand.of(DType.FLOAT64, new Lines(in[0].shape(), axes).kept(), Lay.CONTIGUOUS,
        Values.constant(more),
        random);
    var identity = Program.of(x -> x[0].to(DType.FLOAT64), terms.type());
    return trial(new Reduction(Fold.SUM, true), identity, new long[0], axes, new Operand[]{terms}, sums)
        .expected(0);
  }

  /**
   * One NaN, or infinities of both signs, somewhere in 1000 numbers. Factors are near 1: where a part of a product
   * underflows to 0, what it gives beside an infinity depends on the order.
   */
  private static void nan(Cases cases) {
    for (var fold : Fold.values()) {
      for (var type : Cases.FLOATS_AND_HALVES) {
        var program = Program.of(in -> in[0], type).unrounded();
        for (int place : new int[]{0, 17, 998, 999}) {
          cases.add(fold.name(), type + " [3, 1000] with NaN at " + place, (random, device) -> {
            var values = fold == Fold.PRODUCT ? Values.range(0.99, 1.01) : Values.SMALL;
            var in = Operand.of(type, Shape.of(3, 1000), Lay.CONTIGUOUS, values, random);
            in.set(1000 + place, type.bits(Double.NaN));
            in.set(2000 + place, type.bits(Double.POSITIVE_INFINITY));
            in.set(2500, type.bits(Double.NEGATIVE_INFINITY));
            check(device, Reduction.of(fold), program, new long[0], new int[]{1}, new Operand[]{in}, random);
          });
        }
      }
    }
  }

  private static void empty(Cases cases) {
    for (var fold : List.of(Fold.SUM, Fold.PRODUCT)) {
      for (var type : DType.values()) {
        var program = Program.of(in -> in[0], type).unrounded();
        for (var axes : new int[][]{{1}, {0, 1}, {0}}) {
          cases.add(fold.name(), type + " [3, 0, 5] over " + Arrays.toString(axes),
              (random, device) -> check(device,
                  Reduction.of(fold), program, new long[0], axes,
                  new Operand[]{Operand.of(type, Shape.of(3, 0, 5), Lay.CONTIGUOUS, Values.SMALL, random)},
                  random));
        }
      }
    }
    for (var fold : Fold.values()) {
      cases.add(fold.name(), "float32 [0, 5] over [1], an empty result", (random, device) -> check(device,
          Reduction.of(fold), Program.of(in -> in[0], DType.FLOAT32), new long[0], new int[]{1},
          new Operand[]{Operand.of(DType.FLOAT32, Shape.of(0, 5), Lay.CONTIGUOUS, Values.SMALL, random)},
          random));
    }
  }

  private static void accumulate(Cases cases) {
    for (var type : DType.values()) {
      var program = Program.of(in -> in[0], type).unrounded();
      for (var axes : new int[][]{{}, {0}, {1}, {0, 1}}) {
        cases.add("SUM", type + " [31, 70] over " + Arrays.toString(axes) + " accumulating",
            (random, device) -> check(device, new Reduction(Fold.SUM, true), program, new long[0], axes,
                new Operand[]{Operand.of(type, Shape.of(31, 70), Lay.CONTIGUOUS, Values.SMALL, random)},
                random));
      }
    }
  }

  private static void fused(Cases cases) {
    for (var type : Cases.FLOATS_AND_HALVES) {
      var squares = Program.of(in -> in[0].sub(in[1]).square(), type, type).unrounded();
      var moments = Program.ofAll(
          in -> new Scalar[]{in[0], in[0].mul(in[0]), in[0].gt(0), in[0].mul(in[1]).exp()}, type,
          type).unrounded();
      var parameter = new Trace(List.of(type));
      var scaled = parameter.program(parameter.input(0).mul(parameter.param(0, type))).unrounded();
      var position = new Trace(List.of(type));
      var weighted = position.program(position.input(0).mul(position.index().to(type))).unrounded();
      for (var shape : List.of(Shape.of(5, 9), Shape.of(67, 300), Shape.of(1000, 7))) {
        for (var axes : new int[][]{{0}, {1}, {0, 1}}) {
          var where = " " + type + " " + shape + " over " + Arrays.toString(axes);
          program(cases, "squared differences from a broadcast row" + where, squares, axes, shape);
          program(cases, "four outputs of two types" + where, moments, axes, shape);
          program(cases, "scaled by a parameter" + where, scaled, axes, shape);
          program(cases, "weighted by position" + where, weighted, axes, shape);
        }
      }
    }
    var hits = Program.of(in -> in[0].eq(in[1]), DType.INT64, DType.INT64);
    for (int n : new int[]{1, 67, 10_000})
      program(cases, "counts equal int64 [" + n + "]", hits, new int[]{0}, Shape.of(n));
    var least = Program.ofAll(in -> new Scalar[]{in[0].abs(), in[1]}, DType.FLOAT32, DType.INT32);
    for (var fold : List.of(Fold.MIN, Fold.MAX, Fold.ARGMIN, Fold.ARGMAX)) {
      cases.add(fold.name(), "of two outputs of a program, float32 and int32 [33, 129] over [1]",
          (random, device) -> {
            var in = new Operand[]{
                Operand.of(DType.FLOAT32, Shape.of(33, 129), Lay.TRANSPOSED, Values.TIES, random),
                Operand.of(DType.INT32, Shape.of(33, 129), Lay.CONTIGUOUS, Values.TIES, random)};
            check(device, Reduction.of(fold), least, new long[0], new int[]{1}, in, random);
          });
    }
  }

  private static void program(Cases cases, String name, Program each, int[] axes, Shape shape) {
    cases.add("SUM", name, (random, device) -> {
      var in = new Operand[each.inputs().size()];
      for (int i = 0; i < in.length; i++)
        in[i] = Operand.of(each.inputs().get(i), shape, i == 1 ? Lay.BROADCAST : Lay.CONTIGUOUS, Values.SMALL,
            random);
      var type = each.inputs().getFirst();
      check(device, Reduction.of(Fold.SUM), each, new long[]{type.computeType().bits(0.3)}, axes, in, random);
    });
  }
}
