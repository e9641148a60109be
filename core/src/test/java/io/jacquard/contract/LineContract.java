package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import java.util.List;
import java.util.SplittableRandom;

/** What works along the lines of one axis: {@code scan} and {@code argsort}. */
final class LineContract {
  private static final List<Shape> SHAPES = List.of(Shape.of(67), Shape.of(5, 9), Shape.of(3, 5, 4),
      Shape.of(3000),
      Shape.of(2, 1, 3, 2, 5), Shape.of(70, 33), Shape.of(1), Shape.of(4, 0, 3));

  private LineContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var how : Scan.values()) {
      for (var type : Cases.COMPUTED) {
        for (int variant = 0; variant < 3; variant++)
          scan(cases, how, type, pick(SHAPES, 3 * variant + turn), turn++);
      }
    }
    for (var how : Scan.values()) {
      for (var type : Cases.FLOATS) nan(cases, how, type);
    }
    for (var type : Cases.COMPUTED) {
      for (boolean descending : new boolean[]{false, true}) {
        for (int variant = 0; variant < 4; variant++)
          argsort(cases, descending, type, pick(SHAPES, 2 * variant + turn), turn++);
      }
    }
  }

  private static void scan(Cases cases, Scan how, DType type, Shape shape, int turn) {
    int axis = turn % shape.rank();
    var lay = pick(List.of(Lay.values()), turn);
    var to = pick(Lay.WRITABLE, turn / 2);
    cases.add("scan " + how, type + " " + shape + " along " + axis + " " + lay + " to " + to,
        (random, device) -> {
          var values = switch (how) {
            case SUM -> type.isFloating() ? Values.SMALL : Values.MIXED;
            case PRODUCT -> type.isFloating() ? Values.range(0.99, 1.01) : Values.MIXED;
            case MIN, MAX -> Values.TIES;
          };
          var in = Operand.of(type, shape, lay, values, random);
          var result = Fold.resultType(Reduction.Fold.valueOf(how.name()), type);
          check(device, how, axis, in, Operand.of(result, shape, to, Values.POISON, random));
        });
  }

  /** A NaN in the middle of one line and the middle of a long one, whose every later element it makes NaN. */
  private static void nan(Cases cases, Scan how, DType type) {
    for (var shape : List.of(Shape.of(3, 9), Shape.of(1, 5000))) {
      cases.add("scan " + how, type + " " + shape + " with NaN", (random, device) -> {
        var in = Operand.of(type, shape, Lay.CONTIGUOUS, Values.range(0.99, 1.01), random);
        in.set(shape.numel() / 2, type.bits(Double.NaN));
        check(device, how, 1, in, Operand.of(type, shape, Lay.CONTIGUOUS, Values.POISON, random));
      });
    }
  }

  private static void check(Device device, Scan how, int axis, Operand in, Operand out) {
    long n = in.shape().size(axis);
    double unit = in.type() == DType.FLOAT64 ? 0x1p-53 : 0x1p-24;
    var tolerance = switch (how) {
      case SUM -> {
        if (!in.type().isFloating()) yield Tolerance.EXACT;
        var magnitudes = prefixes(axis, in.magnitudes());
        // The roundings of equal numbers do not cancel out, in the reference least of all.
        yield in.layout().isBroadcast() ? Tolerance.units(8 + n, magnitudes) : Tolerance.sum(n, magnitudes);
      }
      case PRODUCT -> Tolerance.relative(2 * Math.max(1, n) * unit);
      case MIN, MAX -> Tolerance.EQUAL;
    };
    trial(how, axis, in, out).check(device, tolerance);
  }

  private static Operand prefixes(int axis, Operand magnitudes) {
    var out = Operand.of(magnitudes.type(), magnitudes.shape(), Lay.CONTIGUOUS, Values.POISON,
        new SplittableRandom(0));
    return trial(Scan.SUM, axis, magnitudes, out).expected(0);
  }

  private static Trial trial(Scan how, int axis, Operand in, Operand out) {
    return new Trial((backend, i, o) -> backend.scan(how, axis, i[0], o[0]), new Operand[]{in}, out);
  }

  private static void argsort(Cases cases, boolean descending, DType type, Shape shape, int turn) {
    int axis = turn % shape.rank();
    var lay = pick(List.of(Lay.values()), turn);
    var to = pick(Lay.WRITABLE, turn / 2);
    var values = turn % 2 == 0 ? Values.TIES : Values.MIXED;
    cases.add("argsort",
        (descending ? "descending " : "") + type + " " + shape + " along " + axis + " " + lay + " to "
            + to + (turn % 2 == 0 ? " with ties" : ""),
        Tolerance.EXACT,
        random -> new Trial((backend, i, o) -> backend.argsort(descending, axis, i[0], o[0]),
            new Operand[]{Operand.of(type, shape, lay, values, random)},
            Operand.of(DType.INT64, shape, to, Values.POISON, random)));
  }
}
