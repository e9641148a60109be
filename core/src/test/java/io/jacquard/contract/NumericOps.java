package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Rounding, bounds, remainders, other bases, interpolation, tests for what is not finite. */
final class NumericOps {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final List<Shape> SHAPES = List.of(Shape.SCALAR, Shape.of(67), Shape.of(5, 9),
      Shape.of(3, 0, 2));

  private NumericOps() {}

  private interface OfOne {
    Tensor of(Tensor x);
  }

  private interface OfTwo {
    Tensor of(Tensor a, Tensor b);
  }

  private record One(String name, String with, OfOne op, DoubleUnaryOperator reference,
      double low,
      double high) {}

  private static final List<One> ONES = List.of(new One("round", "", Tensor::round, Math::rint, -3, 3),
      new One("round", "2 decimals ", x -> x.round(2), x -> Math.rint(x * 100) / 100, -3, 3),
      new One("round", "-1 decimals ", x -> x.round(-1), x -> Math.rint(x / 10) * 10, -94, 94),
      new One("trunc", "", Tensor::trunc, x -> x < 0 ? Math.ceil(x) : Math.floor(x), -3, 3),
      new One("clip", "", x -> x.clip(-1, 2.5), x -> Math.clamp(x, -1, 2.5), -3, 4),
      new One("clamp_min", "", x -> x.clampMin(0.5), x -> Math.max(x, 0.5), -3, 3),
      new One("clamp_max", "", x -> x.clampMax(0.5), x -> Math.min(x, 0.5), -3, 3),
      new One("reciprocal", "", Tensor::reciprocal, x -> 1 / x, 0.3, 5),
      new One("expm1", "", Tensor::expm1, Math::expm1, -2, 3),
      new One("exp2", "", Tensor::exp2, x -> Math.pow(2, x), -4, 5),
      new One("log2", "", Tensor::log2, x -> Math.log(x) / Math.log(2), 0.2, 9),
      new One("log10", "", Tensor::log10, Math::log10, 0.2, 9),
      new One("tan", "", Tensor::tan, Math::tan, -1.2, 1.2),
      new One("remainder", "by 0.75 ", x -> x.remainder(0.75), x -> x - Math.floor(x / 0.75) * 0.75, -3, 3),
      new One("remainder", "by -2 ", x -> x.remainder(-2), x -> x - Math.floor(x / -2) * -2, -5, 5),
      new One("floor_divide", "by 0.75 ", x -> x.floorDivide(0.75), x -> Math.floor(x / 0.75), -3, 3));

  static void cases(OpCases cases) {
    for (var one : ONES) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS_AND_HALVES) {
          var shape = Cases.pick(SHAPES, lay.ordinal() + type.ordinal());
          if (type.isHalf() && List.of("remainder", "floor_divide", "round").contains(one.name)) continue;
          cases.add(one.name, one.with + type + " " + shape + " " + lay, type, random -> {
            var x = OpCases.numbers(type, shape, one.low, one.high, random);
            OpCases.check(type, x.map(one.reference), one.op.of(lay.tensor(type, x)));
          });
        }
        for (var shape : List.of(Shape.of(6), Shape.of(2, 3), Shape.SCALAR)) {
          cases.gradients(one.name, one.with + shape + " " + lay, in -> one.op.of(in[0].add(0)),
              random -> new Tensor[]{
                  lay.tensor(DType.FLOAT64,
                      UnaryOps.smooth(shape, one.low, one.high, random).map(v -> v + 1e-3))});
        }
      }
    }
    two(cases, "remainder", Tensor::remainder, (a, b) -> a - Math.floor(a / b) * b);
    two(cases, "floor_divide", Tensor::floorDivide, (a, b) -> Math.floor(a / b));
    division(cases);
    lerp(cases);
    special(cases);
    finite(cases);
    close(cases);
    refusals(cases);
  }

  private static void two(OpCases cases, String op, OfTwo f,
      DoubleBinaryOperator reference) {
    for (var lay : Given.ALL) {
      for (var type : Cases.NUMBERS) {
        cases.add(op, type + " " + lay, type, random -> {
          var a = OpCases.numbers(type, Shape.of(4, 5), -9, 9, random);
          var b = OpCases.numbers(type, Shape.of(5), 1, 4, random).map(v -> type == DType.UINT8 ? v : -v);
          OpCases.check(type, a.zip(b, reference), f.of(lay.tensor(type, a), lay.tensor(type, b)));
        });
      }
      cases.gradients(op, "of two " + lay, in -> f.of(in[0].add(0), in[1]),
          random -> new Tensor[]{lay.tensor(DType.FLOAT64, UnaryOps.smooth(Shape.of(2, 3), -3, 3, random)),
              lay.tensor(DType.FLOAT64, Plain.of(Shape.of(3), 0.77, -1.3, 2.1))});
    }
  }

  /** Signs, exactness, zeros, infinities: Python's rules. */
  private static void division(OpCases cases) {
    for (var type : List.of(DType.INT32, DType.INT64)) {
      var a = Plain.of(Shape.of(6), 7, -7, 7, -7, 6, -6);
      var b = Plain.of(Shape.of(6), 3, 3, -3, -3, 3, 3);
      cases.add("remainder", "has the divisor's sign " + type, _ -> OpCases.check(type,
          Plain.of(Shape.of(6), 1, 2, -2, -1, 0, 0),
          Given.WHOLE.tensor(type, a).remainder(Given.STEPPED.tensor(type, b))));
      cases.add("floor_divide", "rounds down " + type, _ -> OpCases.check(type,
          Plain.of(Shape.of(6), 2, -3, -3, 2, 2, -2),
          Given.WHOLE.tensor(type, a).floorDivide(Given.STEPPED.tensor(type, b))));
      cases.add("remainder", "by zero " + type, _ -> OpCases.check(type, Plain.of(Shape.of(1), 7),
          Tensor.of(7).to(type).remainder(Tensor.of(0).to(type))));
    }
    cases.add("remainder", "is exact where the quotient rounds up", _ -> {
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1), 7 - 69 * (double) 0.1f),
          Tensor.of(7f).remainder(Tensor.of(0.1f)));
      assertEquals(69, Tensor.of(7f).floorDivide(Tensor.of(0.1f)).item());
    });
    cases.add("floor_divide", "infinities and zeros",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(5), 0, -1, INF, NAN, NAN),
            Tensor.of(5f, -5f, 1f, Float.POSITIVE_INFINITY, 0f)
                .floorDivide(Tensor.of(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, 0f, 2f, 0f))));
    cases.add("remainder", "infinities and zeros", _ -> OpCases.check(DType.FLOAT32,
        Plain.of(Shape.of(5), 5, INF, NAN, NAN, NAN),
        Tensor.of(5f, -5f, 1f, Float.POSITIVE_INFINITY, Float.NaN)
            .remainder(Tensor.of(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, 0f, 2f, 1f))));
  }

  private static void lerp(OpCases cases) {
    for (var lay : Given.ALL) {
      for (var type : Cases.FLOATS) {
        for (double w : new double[]{0, 0.25, 0.5, 0.75, 1, 1.5, -1}) {
          cases.add("lerp", w + " " + type + " " + lay, type, random -> {
            var a = OpCases.numbers(type, Shape.of(3, 4), -3, 3, random);
            var b = OpCases.numbers(type, Shape.of(4), -3, 3, random);
            OpCases.check(type, a.zip(b, (u, v) -> u + w * (v - u)),
                lay.tensor(type, a).lerp(lay.tensor(type, b), w));
            OpCases.check(type, a.zip(b, (u, v) -> u + w * (v - u)),
                lay.tensor(type, a).lerp(lay.tensor(type, b),
                    Given.WHOLE.tensor(type, Plain.scalar(w))));
          });
        }
      }
      cases.gradients("lerp", lay.toString(), in -> in[0].lerp(in[1], in[2]),
          random -> new Tensor[]{lay.random(Shape.of(2, 3), -1, 1, random),
              lay.random(Shape.of(3), -1, 1, random),
              lay.tensor(DType.FLOAT64, Plain.of(Shape.of(3), 0.2, 0.7, 1.3))});
    }
    cases.add("lerp", "weight 1 gives the end itself", _ -> OpCases.check(DType.FLOAT32,
        Plain.of(Shape.of(1), (double) 0.1f), Tensor.of(1e8f).lerp(Tensor.of(0.1f), 1)));
  }

  private static void special(OpCases cases, String op, OfOne f, double[] in, double... out) {
    for (var type : Cases.FLOATS) {
      cases.add(op, "special numbers " + type + " " + in.length, type, _ -> OpCases.check(type,
          Plain.of(Shape.of(in.length), out),
          f.of(Given.STEPPED.tensor(type, Plain.of(Shape.of(in.length), in)))));
    }
  }

  private static void special(OpCases cases) {
    special(cases, "round", Tensor::round, new double[]{0.5, 1.5, 2.5, -0.5, -1.5, NAN, INF}, 0, 2, 2, 0, -2,
        NAN, INF);
    special(cases, "trunc", Tensor::trunc, new double[]{-0.5, 1.9, NAN, -INF}, 0, 1, NAN, -INF);
    special(cases, "clamp_min", x -> x.clampMin(1), new double[]{NAN, -INF, INF, 1}, NAN, 1, INF, 1);
    special(cases, "clamp_max", x -> x.clampMax(1), new double[]{NAN, -INF, INF, 1}, NAN, -INF, 1, 1);
    special(cases, "reciprocal", Tensor::reciprocal, new double[]{0, -0.0, INF, NAN}, INF, -INF, 0, NAN);
    special(cases, "exp2", Tensor::exp2, new double[]{-INF, INF, NAN, 10, 0}, 0, INF, NAN, 1024, 1);
    special(cases, "log2", Tensor::log2, new double[]{0, -1, INF, NAN, 1}, -INF, NAN, INF, NAN, 0);
    special(cases, "log10", Tensor::log10, new double[]{0, -1, INF, NAN, 1000}, -INF, NAN, INF, NAN, 3);
    special(cases, "expm1", Tensor::expm1, new double[]{-INF, INF, NAN, 1e-20}, -1, INF, NAN, 1e-20);
    special(cases, "isfinite", x -> x.isFinite().to(x.dtype()), new double[]{0, INF, -INF, NAN, 1e30}, 1, 0,
        0, 0, 1);
    special(cases, "isinf", x -> x.isInf().to(x.dtype()), new double[]{0, INF, -INF, NAN, 1e30}, 0, 1, 1, 0,
        0);
    special(cases, "nan_to_num", x -> x.nanToNum(1, 2, 3), new double[]{0, INF, -INF, NAN, -4}, 0, 2, 3, 1,
        -4);
    for (var type : Cases.FLOATS_AND_HALVES) {
      cases.add("nan_to_num", "the largest numbers " + type, type, _ -> {
        var y = Tensor.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).to(type).nanToNum();
        assertTrue(y.isFinite().all().item() == 1);
        double largest = y.toDoubles()[1];
        OpCases.check(type, Plain.of(Shape.of(3), 0, largest, -largest), y);
        assertTrue(type.value(type.bits(largest * (1 + 0x1p-7))) == INF || type == DType.FLOAT64);
      });
    }
    cases.add("clamp_min", "passes the gradient at the bound", _ -> {
      var x = Tensor.of(2f).requiresGrad();
      x.clampMin(2).mul(x.clampMax(2)).backward();
      assertEquals(4, x.grad().item());
    });
  }

  private static void finite(OpCases cases) {
    for (var type : Cases.ALL) {
      for (var lay : Given.ALL) {
        cases.add("isfinite", type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          var tensor = lay.tensor(type, x);
          OpCases.check(DType.BOOL, x.map(_ -> 1), tensor.isFinite());
        });
        cases.add("isinf", type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          OpCases.check(DType.BOOL, x.map(_ -> 0), lay.tensor(type, x).isInf());
        });
        cases.add("nan_to_num", type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          OpCases.check(type, x, lay.tensor(type, x).nanToNum());
        });
        cases.add("equal", type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          assertTrue(lay.tensor(type, x).equal(Given.WHOLE.tensor(type, x)));
          var y = new Plain(x.shape(), x.values().clone());
          y.values()[7] = y.values()[7] == 1 ? 0 : 1;
          assertFalse(lay.tensor(type, x).equal(Given.WHOLE.tensor(type, y)));
        });
      }
    }
  }

  private static void close(OpCases cases) {
    for (var type : Cases.FLOATS) {
      var a = Plain.of(Shape.of(7), 1, 1, 100, INF, INF, NAN, 0);
      var b = Plain.of(Shape.of(7), 1.0009, 1.01, 100.05, INF, -INF, NAN, 1e-9);
      cases.add("isclose", "bounds, infinities, NaN " + type, type, _ -> {
        var x = Given.STEPPED.tensor(type, a);
        var y = Given.WHOLE.tensor(type, b);
        OpCases.check(DType.BOOL, Plain.of(Shape.of(7), 1, 0, 1, 1, 0, 0, 1),
            x.isClose(y, 1e-3, 1e-8, false));
        OpCases.check(DType.BOOL, Plain.of(Shape.of(7), 1, 0, 1, 1, 0, 1, 0), x.isClose(y, 1e-3, 0, true));
      });
    }
    for (var type : Cases.ALL) {
      for (var lay : Given.ALL) {
        cases.add("isclose", "itself, " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, Shape.of(3, 5), -9, 9, random);
          assertTrue(lay.tensor(type, x).allclose(Given.WHOLE.tensor(type, x)));
          assertTrue(lay.tensor(type, x).allclose(Given.WHOLE.tensor(type, x), 0, 0, false));
        });
      }
    }
    cases.add("isclose", "large integers differ", _ -> {
      assertFalse(Tensor.of(1L << 40).allclose(Tensor.of((1L << 40) + 1), 0, 0.5, false));
      assertTrue(
          Tensor.of(new byte[]{1}, Shape.of(1)).allclose(Tensor.of(new byte[]{2}, Shape.of(1)), 0, 1, false));
    });
    cases.add("equal", "shapes, types, NaN", _ -> {
      assertFalse(Tensor.zeros(2).equal(Tensor.zeros(2, 1)));
      assertTrue(Tensor.zeros(2).equal(Tensor.of(0, 0)));
      assertFalse(Tensor.of(Float.NaN).equal(Tensor.of(Float.NaN)));
      assertTrue(Tensor.zeros(0).equal(Tensor.zeros(0)));
    });
  }

  private static void refusals(OpCases cases) {
    for (var op : List.of("remainder", "floor_divide", "lerp", "isclose")) {
      OfTwo f = switch (op) {
        case "remainder" -> Tensor::remainder;
        case "floor_divide" -> Tensor::floorDivide;
        case "lerp" -> (a, b) -> a.lerp(b, 0.5);
        default -> (a, b) -> a.isClose(b, 0, 0, false);
      };
      cases.refused(op, "[2, 3] with [4]", () -> f.of(Tensor.zeros(2, 3), Tensor.zeros(4)), op, "[2, 3]",
          "[4]");
      cases.refused(op, "[2, 3] with [5, 1]", () -> f.of(Tensor.zeros(2, 3), Tensor.zeros(5, 1)), op,
          "dimension -2");
      cases.refused(op, "a closed tensor", () -> {
        var x = Tensor.zeros(2);
        x.close();
        f.of(x, Tensor.zeros(2));
      }, "freed");
    }
    cases.refused("lerp", "integers", () -> Tensor.of(1).lerp(Tensor.of(2), 0.5), "lerp", "int32",
        "to(DType.FLOAT32)");
    cases.refused("round", "decimals of integers", () -> Tensor.of(1).round(2), "round", "int32",
        "2 decimals");
    cases.refused("isclose", "a negative bound",
        () -> Tensor.zeros(2).allclose(Tensor.zeros(2), -1, 0, false), "rtol -1");
    cases.refused("isclose", "NaN as a bound", () -> Tensor.zeros(2).allclose(Tensor.zeros(2), 0, NAN, false),
        "atol NaN");
    cases.refused("equal", "a closed tensor", () -> {
      var x = Tensor.zeros(2);
      x.close();
      x.equal(Tensor.zeros(2));
    }, "freed");
    for (var one : ONES) {
      cases.refused(one.name, one.with + "a closed tensor", () -> {
        var x = Tensor.zeros(2);
        x.close();
        one.op.of(x);
      }, "freed", "[2]");
    }
  }
}
