package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;

/** Functions of two tensors that broadcast: arithmetic and comparisons, in one type and across types. */
final class BinaryOps {
  private BinaryOps() {}

  /** @param low from where the first operand's numbers are taken; the second's are from 1 to 3, of either sign if low is */
  private record Op(String name, BinaryOperator<Tensor> op, DoubleBinaryOperator reference, double low) {}

  private static final List<Op> ARITHMETIC = List.of(new Op("add", Tensor::add, Double::sum, -3),
      new Op("sub", Tensor::sub, (a, b) -> a - b, -3), new Op("mul", Tensor::mul, (a, b) -> a * b, -3),
      new Op("div", Tensor::div, (a, b) -> a / b, -3), new Op("pow", Tensor::pow, Math::pow, 0.5),
      new Op("maximum", Tensor::maximum, Math::max, -3), new Op("minimum", Tensor::minimum, Math::min, -3));

  private static final List<Op> COMPARISONS = List.of(new Op("eq", Tensor::eq, (a, b) -> a == b ? 1 : 0, -2),
      new Op("ne", Tensor::ne, (a, b) -> a != b ? 1 : 0, -2),
      new Op("lt", Tensor::lt, (a, b) -> a < b ? 1 : 0, -2),
      new Op("le", Tensor::le, (a, b) -> a <= b ? 1 : 0, -2),
      new Op("gt", Tensor::gt, (a, b) -> a > b ? 1 : 0, -2),
      new Op("ge", Tensor::ge, (a, b) -> a >= b ? 1 : 0, -2));

  private record Pair(Shape a, Given layA, Shape b, Given layB) {
    @Override
    public String toString() {
      return a + " " + layA + ", " + b + " " + layB;
    }
  }

  private static final List<Pair> PAIRS = List.of(
      new Pair(Shape.of(5, 9), Given.WHOLE, Shape.of(5, 9), Given.TRANSPOSED),
      new Pair(Shape.of(5, 9), Given.STEPPED, Shape.of(9), Given.WHOLE),
      new Pair(Shape.of(5, 1), Given.WHOLE, Shape.of(1, 9), Given.STEPPED),
      new Pair(Shape.SCALAR, Given.WHOLE, Shape.of(33), Given.WHOLE),
      new Pair(Shape.of(2, 3, 4), Given.TRANSPOSED, Shape.SCALAR, Given.WHOLE),
      new Pair(Shape.of(2, 1, 4), Given.WHOLE, Shape.of(3, 1), Given.TRANSPOSED),
      new Pair(Shape.of(0, 3), Given.WHOLE, Shape.of(1, 3), Given.WHOLE),
      new Pair(Shape.SCALAR, Given.WHOLE, Shape.SCALAR, Given.WHOLE));

  private static final List<Pair> SMALL = List.of(
      new Pair(Shape.of(2, 3), Given.WHOLE, Shape.of(2, 3), Given.TRANSPOSED),
      new Pair(Shape.of(2, 3), Given.STEPPED, Shape.of(3), Given.WHOLE),
      new Pair(Shape.of(2, 1), Given.WHOLE, Shape.of(1, 3), Given.STEPPED),
      new Pair(Shape.SCALAR, Given.WHOLE, Shape.of(3), Given.WHOLE),
      new Pair(Shape.of(2, 1, 2), Given.TRANSPOSED, Shape.of(2, 1), Given.TRANSPOSED),
      new Pair(Shape.of(0, 2), Given.WHOLE, Shape.of(1, 2), Given.WHOLE));

  static void cases(OpCases cases) {
    for (var op : ARITHMETIC) {
      for (var type : Cases.NUMBERS) {
        boolean floats = op.name.equals("div") || op.name.equals("pow");
        values(cases, op, type, type.isFloating() || !floats ? type : DType.FLOAT32);
      }
      for (var pair : SMALL) {
        cases.gradients(op.name, pair.toString(), in -> op.op.apply(in[0], in[1]),
            random -> new Tensor[]{pair.layA.random(pair.a, op.low, 3, random),
                pair.layB.random(pair.b, 1, 3, random)});
      }
    }
    for (var op : COMPARISONS) {
      for (var type : Cases.NUMBERS) values(cases, op, type, DType.BOOL);
      numbers(cases, op);
    }
    sameTensorTwice(cases);
    logic(cases);
    typesMeet(cases);
  }

  private static void values(OpCases cases, Op op, DType type, DType result) {
    for (var pair : PAIRS) {
      cases.add(op.name, type + " " + pair, type, random -> {
        var b = OpCases.numbers(type, pair.b, 1, 3, random);
        double low = type == DType.UINT8 ? 4 : op.low;
        var a = OpCases.numbers(type, pair.a, low, type == DType.UINT8 ? 9 : 3, random);
        OpCases.check(result, a.zip(b, op.reference),
            op.op.apply(pair.layA.tensor(type, a), pair.layB.tensor(type, b)));
      });
    }
  }

  /** Comparisons with a number that the type may be unable to hold. */
  private static void numbers(OpCases cases, Op op) {
    for (var type : List.of(DType.FLOAT32, DType.INT32, DType.INT64, DType.UINT8, DType.BOOL)) {
      for (double number : new double[]{1, 0.5, -1, 300, 1e12, Double.POSITIVE_INFINITY, Double.NaN}) {
        cases.add(op.name, type + " with " + number, random -> {
          var x = OpCases.numbers(type, Shape.of(7), 0, 2, random);
          OpCases.check(DType.BOOL, x.map(v -> op.reference.applyAsDouble(v, number)),
              compare(op.name, Given.STEPPED.tensor(type, x), number));
        });
      }
    }
  }

  private static Tensor compare(String name, Tensor x, double number) {
    return switch (name) {
      case "eq" -> x.eq(number);
      case "ne" -> x.ne(number);
      case "lt" -> x.lt(number);
      case "le" -> x.le(number);
      case "gt" -> x.gt(number);
      default -> x.ge(number);
    };
  }

  private static void sameTensorTwice(OpCases cases) {
    for (var op : ARITHMETIC) {
      if (op.name.startsWith("m") && !op.name.equals("mul")) continue; // a kink everywhere
      cases.gradients(op.name, "of a tensor with itself", in -> op.op.apply(in[0], in[0]),
          random -> new Tensor[]{Given.TRANSPOSED.random(Shape.of(2, 3), 0.5, 2, random)});
    }
    cases.gradients("add", "of float32 and float64",
        in -> in[0].to(DType.FLOAT32).to(DType.FLOAT64).mul(0).add(in[0]).add(in[1].square()),
        random -> new Tensor[]{Given.WHOLE.random(Shape.of(3), -1, 1, random),
            Given.WHOLE.random(Shape.of(2, 3), -1, 1, random)});
  }

  private static void logic(OpCases cases) {
    var a = Plain.of(Shape.of(2, 2), 0, 0, 1, 1);
    var b = Plain.of(Shape.of(2, 2), 0, 1, 0, 1);
    for (var lay : Given.ALL) {
      cases.add("logical_and", lay.toString(), _ -> OpCases.check(DType.BOOL, a.zip(b, (x, y) -> x * y),
          lay.tensor(DType.BOOL, a).and(lay.tensor(DType.BOOL, b))));
      cases.add("logical_or", lay.toString(), _ -> OpCases.check(DType.BOOL, a.zip(b, Math::max),
          lay.tensor(DType.BOOL, a).or(lay.tensor(DType.BOOL, b))));
      cases.add("logical_not", lay.toString(),
          _ -> OpCases.check(DType.BOOL, a.map(x -> 1 - x), lay.tensor(DType.BOOL, a).not()));
    }
    for (var type : Cases.NUMBERS) {
      cases.add("logical_not", "of " + type, type, _ -> OpCases.check(DType.BOOL,
          Plain.of(Shape.of(3), 1, 0, 0), Given.WHOLE.tensor(type, Plain.of(Shape.of(3), 0, 1, 7)).not()));
    }
    for (var type : Cases.FLOATS) {
      var x = Plain.of(Shape.of(4), Double.NaN, 0, Double.POSITIVE_INFINITY, -1);
      cases.add("isnan", type.toString(), type,
          _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(4), 1, 0, 0, 0),
              Given.STEPPED.tensor(type, x).isNan()));
    }
  }

  /** The types of PyTorch's results, written down: rows and columns in the order of the first line. */
  private static final String PROMOTION = """
      bool     uint8    int32    int64    bfloat16 float16  float32  float64
      uint8    uint8    int32    int64    bfloat16 float16  float32  float64
      int32    int32    int32    int64    bfloat16 float16  float32  float64
      int64    int64    int64    int64    bfloat16 float16  float32  float64
      bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 float32  float32  float64
      float16  float16  float16  float16  float32  float16  float32  float64
      float32  float32  float32  float32  float32  float32  float32  float64
      float64  float64  float64  float64  float64  float64  float64  float64
      """;

  private static void typesMeet(OpCases cases) {
    var rows = PROMOTION.lines().map(line -> line.split(" +")).toList();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.size(); j++) {
        var a = DType.valueOf(rows.getFirst()[i].toUpperCase(Locale.ROOT));
        var b = DType.valueOf(rows.getFirst()[j].toUpperCase(Locale.ROOT));
        var common = DType.valueOf(rows.get(i)[j].toUpperCase(Locale.ROOT));
        var needs = common == DType.FLOAT64 ? common : a;
        var x = Plain.of(Shape.of(2), 1, 0);
        var y = Plain.of(Shape.of(2), 1, 1);
        var quotient = common.isFloating() ? common : DType.FLOAT32;
        cases.add("div", a + " by " + b, needs, _ -> OpCases.check(quotient, x.zip(y, (p, q) -> p / q),
            Given.WHOLE.tensor(a, x).div(Given.WHOLE.tensor(b, y))));
        cases.add("eq", a + " and " + b, needs, _ -> OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 0),
            Given.WHOLE.tensor(a, x).eq(Given.WHOLE.tensor(b, y))));
        if (common == DType.BOOL) continue;
        cases.add("add", a + " and " + b, needs, _ -> OpCases.check(common, x.zip(y, Double::sum),
            Given.WHOLE.tensor(a, x).add(Given.WHOLE.tensor(b, y))));
      }
    }
    cases.add("div", "an int64 by a float64 keeps its digits", DType.FLOAT64,
        _ -> OpCases.check(DType.FLOAT64, Plain.scalar(16_777_217 / 2.0),
            Given.WHOLE.tensor(DType.INT64, Plain.scalar(16_777_217))
                .div(Given.WHOLE.tensor(DType.FLOAT64, Plain.scalar(2)))));
  }
}
