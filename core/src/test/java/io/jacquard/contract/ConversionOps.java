package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;

/** Conversions between types, and the choice between two tensors. */
final class ConversionOps {
  private ConversionOps() {}

  static void cases(OpCases cases) {
    for (var from : DType.values()) {
      for (var to : DType.values()) conversions(cases, from, to);
    }
    cases.gradients("to", "float64 through float32",
        in -> in[0].add(in[0].to(DType.FLOAT32).to(DType.FLOAT64).mul(0)),
        random -> new Tensor[]{Given.STEPPED.random(Shape.of(2, 3), -1, 1, random)});
    cases.add("to", "a gradient of float32 from float64", DType.FLOAT64, _ -> {
      var x = Tensor.of(1.5f, 2).requiresGrad();
      x.to(DType.FLOAT64).square().sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 3, 4), x.grad());
    });
    cases.add("to", "no gradient through integers", _ -> {
      var x = Tensor.of(1.5f, 2).requiresGrad();
      if (x.to(DType.INT64).isRecorded()) throw new AssertionError("an integer tensor is recorded");
    });
    choices(cases);
  }

  private static void conversions(OpCases cases, DType from, DType to) {
    var needs = from == DType.FLOAT64 ? from : to;
    var in = from == DType.BOOL
        ? Plain.of(Shape.of(2, 2), 0, 1, 1, 0)
        : from.isFloating()
            ? Plain.of(Shape.of(2, 2), 0, 2.75, 200, 0.5)
            : Plain.of(Shape.of(2, 2), 0, 2, 200, 1);
    var out = to == DType.BOOL ? in.map(x -> x != 0 ? 1 : 0) : to.isFloating() ? in : in.map(Math::floor);
    for (var lay : Given.ALL)
      cases.add("to", from + " to " + to + " " + lay, needs,
          _ -> OpCases.check(to, out, lay.tensor(from, in).to(to)));
  }

  private record Shapes(Shape condition, Shape yes, Shape no) {}

  private static final List<Shapes> SHAPES = List.of(
      new Shapes(Shape.of(2, 3), Shape.of(2, 3), Shape.of(2, 3)),
      new Shapes(Shape.of(2, 3), Shape.SCALAR, Shape.of(3)),
      new Shapes(Shape.of(2, 1), Shape.of(3), Shape.of(2, 1, 3)),
      new Shapes(Shape.SCALAR, Shape.of(2, 3), Shape.SCALAR),
      new Shapes(Shape.of(0, 3), Shape.of(3), Shape.of(1, 3)));

  private static void choices(OpCases cases) {
    for (var s : SHAPES) {
      for (var lay : Given.ALL) {
        for (var type : DType.values()) {
          cases.add("where", type + " " + s.condition + s.yes + s.no + " " + lay, type, random -> {
            var c = OpCases.numbers(DType.BOOL, s.condition, 0, 1, random);
            var a = OpCases.numbers(type, s.yes, -9, 9, random);
            var b = OpCases.numbers(type, s.no, -9, 9, random);
            var chosen = c.zip(a, (q, x) -> q * x).zip(c.zip(b, (q, x) -> (1 - q) * x), Double::sum);
            OpCases.check(type, chosen,
                Tensor.where(lay.tensor(DType.BOOL, c), lay.tensor(type, a), lay.tensor(type, b)));
          });
        }
        cases.gradients("where", s.condition + "" + s.yes + s.no + " " + lay,
            in -> Tensor.where(in[0], in[1].square(), in[2].mul(in[2])),
            random -> new Tensor[]{
                lay.tensor(DType.BOOL, OpCases.numbers(DType.BOOL, s.condition, 0, 1, random)),
                lay.random(s.yes, -2, 2, random), lay.random(s.no, -2, 2, random)});
      }
    }
    cases.add("where", "a NaN of the branch not taken stays out of the gradient", DType.FLOAT64, _ -> {
      var x = Tensor.of(new double[]{-1, 4}, Shape.of(2)).requiresGrad();
      Tensor.fuse(v -> v.gt(0).where(v.sqrt(), v.constantFor(0)), x).sum().backward();
      OpCases.check(DType.FLOAT64, Plain.of(Shape.of(2), 0, 0.25), x.grad());
    });
    cases.add("where", "of int64 and float32 is float32",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 1, 2.5),
            Tensor.where(Tensor.of(true, false), Tensor.of(1L, 1L), Tensor.of(2.5f, 2.5f))));
  }
}
