package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Batch norm with ReLU behind it, and with a residual in between: values by their formulas, gradients by differences. */
final class NormReluOps {
  private static final String NAME = "batch_norm_relu";

  private NormReluOps() {}

  static void cases(OpCases cases) {
    for (var shape : List.of(Shape.of(2, 3), Shape.of(5, 4), Shape.of(67, 19), Shape.of(3, 2, 4),
        Shape.of(4, 3, 33))) {
      for (boolean residual : new boolean[]{false, true}) {
        for (var lay : Given.ALL) {
          for (var type : Cases.FLOATS) values(cases, shape, residual, lay, type);
          if (shape.numel() <= 24) gradients(cases, shape, residual, lay);
        }
      }
    }
    notNumbers(cases);
    wrongUse(cases);
  }

  private static String name(Shape shape, boolean residual, Given lay) {
    return shape + (residual ? " with a residual " : " ") + lay;
  }

  private static void values(OpCases cases, Shape shape, boolean residual, Given lay, DType type) {
    cases.add(NAME, type + " " + name(shape, residual, lay), type, random -> {
      var channels = Shape.of(shape.size(1));
      int[] dims = shape.rank() == 2 ? new int[]{0} : new int[]{0, 2};
      var beside = shape.rank() == 2 ? channels : Shape.of(shape.size(1), 1);
      var x = OpCases.numbers(type, shape, -2, 4, random);
      var w = OpCases.numbers(type, channels, -1, 2, random);
      var b = OpCases.numbers(type, channels, -1, 1, random);
      var r = OpCases.numbers(type, shape, -1, 1, random);
      var expected = NormOps.normal(x, dims).zip(w.reshape(beside), (v, f) -> v * f)
          .zip(b.reshape(beside), Double::sum);
      if (residual) expected = expected.zip(r, Double::sum);
      var in = new Tensor[]{lay.tensor(type, x), lay.tensor(type, w), lay.tensor(type, b),
          lay.tensor(type, r)};
      var out = Tensor.apply(new BatchNormRelu(NormOps.EPS, residual), Arrays.copyOf(in, residual ? 4 : 3));
      OpCases.check(type, expected.map(v -> Math.max(v, 0)), out[0]);
      OpCases.check(type, x.reduce(false, dims, NormOps::mean), out[1]);
      OpCases.check(type, x.reduce(false, dims, NormOps::variance), out[2]);
    });
  }

  private static void gradients(OpCases cases, Shape shape, boolean residual, Given lay) {
    var op = new BatchNormRelu(NormOps.EPS, residual);
    var channels = Shape.of(shape.size(1));
    for (int output = 0; output < 3; output++) {
      int j = output;
      cases.gradients(NAME, name(shape, residual, lay) + " of result " + j,
          in -> j == 0 ? Tensor.apply(op, in)[0] : Tensor.apply(op, in)[j].add(Tensor.apply(op, in)[0].sum()),
          random -> Arrays.copyOf(new Tensor[]{lay.random(shape, -2, 4, random),
              lay.random(channels, 0.5, 2, random), lay.random(channels, -1, 1, random),
              lay.random(shape, -1, 1, random)}, residual ? 4 : 3));
    }
  }

  private static void notNumbers(OpCases cases) {
    double nan = Double.NaN;
    cases.add(NAME, "a NaN stays in its channel", _ -> {
      var x = Tensor.of(new float[][]{{Float.NaN, 1}, {3, 5}});
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), nan, 0, nan, 1),
          Tensor.apply(new BatchNormRelu(0, false), x, Tensor.ones(2), Tensor.zeros(2))[0]);
    });
    cases.add(NAME, "a NaN of the residual stays where it is", _ -> {
      var x = Tensor.of(new float[][]{{1, 1}, {3, 5}});
      var residual = Tensor.of(new float[][]{{2, 0}, {Float.NaN, 1}});
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), 1, 0, nan, 2),
          Tensor.apply(new BatchNormRelu(0, true), x, Tensor.ones(2), Tensor.zeros(2), residual)[0]);
    });
    cases.add(NAME, "no gradient passes where the result is 0", _ -> {
      var x = Tensor.of(new float[][]{{2, 2}, {2, 2}, {2, 2}}).requiresGrad();
      var b = Tensor.zeros(2).requiresGrad();
      Tensor.apply(new BatchNormRelu(1e-3, false), x, Tensor.ones(2), b)[0].sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3, 2), 0, 0, 0, 0, 0, 0), x.grad());
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 0, 0), b.grad());
    });
  }

  private static void wrongUse(OpCases cases) {
    var plain = new BatchNormRelu(1e-3, false);
    var adding = new BatchNormRelu(1e-3, true);
    cases.refused(NAME, "a tensor without weight and bias", () -> Tensor.apply(plain, Tensor.zeros(2, 3)),
        NAME,
        "1 inputs", "expected 3");
    cases.refused(NAME, "a residual that is missing",
        () -> Tensor.apply(adding, Tensor.zeros(2, 3), Tensor.zeros(3), Tensor.zeros(3)), NAME, "expected 4");
    cases.refused(NAME, "a residual of another shape",
        () -> Tensor.apply(adding, Tensor.zeros(2, 3), Tensor.zeros(3), Tensor.zeros(3), Tensor.zeros(3, 2)),
        NAME, "residual", "[3, 2]", "[2, 3]");
    cases.refused(NAME, "a weight of another length",
        () -> Tensor.apply(plain, Tensor.zeros(2, 3), Tensor.zeros(2), Tensor.zeros(3)), "weight", "[2]");
    cases.refused(NAME, "one value to a channel",
        () -> Tensor.apply(plain, Tensor.zeros(1, 3), Tensor.zeros(3), Tensor.zeros(3)), "[1, 3]", "eval()");
  }
}
