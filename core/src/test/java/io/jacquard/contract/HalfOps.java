package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.ops.LayerNorm;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Tensors of bfloat16 and float16: whatever is computed with them is what float32 gives, rounded once; so are gradients,
 * but for what is kept rounded for them.
 */
final class HalfOps {
  private static final List<DType> HALVES = List.of(DType.BFLOAT16, DType.FLOAT16);

  private HalfOps() {}

  /**
   * A function of tensors of these shapes.
   *
   * @param exact whether it is one operation, which rounds once: it must equal the rounded float32 to the bit
   */
  private record Function(String op, String name, boolean exact, GradCheck.Function body, Shape... shapes) {}

  private static Function exact(String op, GradCheck.Function body, Shape... shapes) {
    return new Function(op, op, true, body, shapes);
  }

  private static Function near(String op, String name, GradCheck.Function body, Shape... shapes) {
    return new Function(op, name, false, body, shapes);
  }

  private static List<Function> functions() {
    var matrix = Shape.of(5, 7);
    var cube = Shape.of(3, 4, 2);
    return Stream.concat(basic(matrix, cube), further(matrix, cube)).toList();
  }

  private static Stream<Function> further(Shape matrix, Shape cube) {
    return Stream.of(
        exact("cumsum", in -> in[0].cumsum(1), matrix), exact("flip", in -> in[0].flip(0), cube),
        exact("cumprod", in -> in[0].cumprod(0), Shape.of(3, 4)),
        exact("silu", in -> in[0].silu(), matrix), exact("mish", in -> in[0].mish(), matrix),
        exact("softplus", in -> in[0].softplus(), cube), exact("elu", in -> in[0].elu(1), matrix),
        exact("tril", in -> in[0].tril(), matrix), exact("roll", in -> in[0].roll(2, 1), matrix),
        exact("repeat", in -> in[0].repeat(2, 1), matrix),
        near("prod", "of a row", in -> in[0].prod(1), cube),
        near("std", "of columns", in -> in[0].std(0), matrix),
        near("norm", "of all", in -> in[0].norm(), matrix),
        near("logsumexp", "of a row", in -> in[0].logsumexp(1), matrix),
        exact("gather", in -> in[0].gather(1, Tensor.of(new long[]{0, 6, 3, 3, 1}, Shape.of(5, 1))), matrix),
        exact("scatter_add",
            in -> in[0].scatterAdd(1, Tensor.of(new long[]{0, 6, 3, 3, 1}, Shape.of(5, 1)), in[1]), matrix,
            Shape.of(5, 1)),
        exact("masked_fill", in -> in[0].maskedFill(in[0].detach().gt(0), 0.1), matrix),
        near("dot", "of vectors", in -> in[0].dot(in[1]), Shape.of(9), Shape.of(9)),
        near("outer", "of vectors", in -> in[0].outer(in[1]), Shape.of(9), Shape.of(3)),
        near("einsum", "of matrices", in -> Tensor.einsum("ij,kj->ik", in[0], in[1]), matrix, Shape.of(3, 7)),
        exact("lerp", in -> in[0].lerp(in[1], 0.3), matrix, matrix),
        exact("glu", in -> in[0].glu(0), Shape.of(4, 3)),
        exact("unfold", in -> in[0].unfold(1, 3, 2), matrix),
        exact("diagonal", in -> in[0].diagonal(), matrix),
        exact("nan_to_num", in -> in[0].nanToNum(), matrix));
  }

  private static Stream<Function> basic(Shape matrix, Shape cube) {
    return Stream.of(
        exact("exp", in -> in[0].exp(), matrix), exact("tanh", in -> in[0].tanh(), cube),
        exact("sigmoid", in -> in[0].sigmoid(), matrix), exact("gelu", in -> in[0].gelu(), cube),
        exact("relu", in -> in[0].relu(), matrix),
        exact("leaky_relu", in -> in[0].leakyRelu(0.1), Shape.of(300)),
        exact("clamp", in -> in[0].clamp(-0.7, 1.1), matrix), exact("square", in -> in[0].square(), cube),
        near("sqrt", "of a sum", in -> in[0].abs().add(1).sqrt(), Shape.of(1)),
        exact("add", in -> in[0].add(0.1), matrix), exact("mul", in -> in[0].mul(0.1), Shape.SCALAR),
        exact("div", in -> in[0].div(3), matrix),
        near("pow", "of exp", in -> in[0].exp().pow(1.7), Shape.of(0, 3)),
        exact("add", in -> in[0].add(in[1]), matrix, Shape.of(7)),
        exact("sub", in -> in[0].sub(in[1]), Shape.of(5, 1), Shape.of(7)),
        exact("mul", in -> in[0].mul(in[1]), matrix, Shape.SCALAR),
        exact("div", in -> in[0].div(in[1]), cube, cube),
        exact("maximum", in -> in[0].maximum(in[1]), matrix, Shape.of(5, 1)),
        exact("where", in -> Tensor.where(in[0].gt(in[1]), in[0], in[1]), matrix, matrix),
        exact("fuse", in -> Tensor.fuse((a, b, c) -> a.mul(b).add(c).gelu(), in[0], in[1], in[2]), matrix,
            matrix,
            Shape.of(7)),
        exact("sum", in -> in[0].sum(), matrix), exact("sum", in -> in[0].sum(1), cube),
        exact("mean", in -> in[0].mean(0), matrix), exact("mean", in -> in[0].mean(true, -1), cube),
        exact("amax", in -> in[0].max(1), matrix), exact("amin", in -> in[0].min(), cube),
        exact("var", in -> in[0].var(0), matrix), exact("var", in -> in[0].var(0, true, 1, 2), cube),
        exact("sum_to", in -> in[0].sumTo(Shape.of(4, 1)), cube),
        exact("matmul", in -> in[0].matmul(in[1]), matrix, Shape.of(7, 3)),
        exact("matmul", in -> in[0].matmul(in[1]), Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
        exact("matmul", in -> in[0].matmul(in[1]), matrix, Shape.of(7)),
        exact("linear", in -> Tensor.apply(new io.jacquard.ops.Linear(), in)[0], matrix, Shape.of(3, 7),
            Shape.of(3)),
        exact("softmax", in -> in[0].softmax(1), matrix),
        exact("log_softmax", in -> in[0].logSoftmax(0), matrix),
        exact("cross_entropy", in -> Loss.crossEntropy().of(in[0], Tensor.of(3L, 0, 6, 2, 2)), matrix),
        near("mse", "of two", in -> Loss.mse().of(in[0], in[1]), matrix, matrix),
        near("bce_with_logits", "of two", in -> Loss.bceWithLogits().of(in[0], in[1].abs()), matrix, matrix),
        near("nll", "of a softmax", in -> Loss.nll().of(in[0].logSoftmax(1), Tensor.of(1L, 0, 6, 5, 2)),
            matrix),
        exact("layer_norm", in -> Tensor.apply(new LayerNorm(1, 1e-5), in)[0], matrix, Shape.of(7),
            Shape.of(7)),
        exact("conv2d", in -> in[0].conv2d(in[1], in[2]), Shape.of(2, 3, 5, 4), Shape.of(4, 3, 3, 2),
            Shape.of(4)),
        exact("max_pool2d", in -> in[0].maxPool2d(2), Shape.of(2, 3, 5, 4)),
        exact("avg_pool2d", in -> in[0].avgPool2d(2, 3), Shape.of(2, 3, 5, 6)),
        exact("slice", in -> in[0].slice(1, 1, 6, 2), matrix),
        exact("permute", in -> in[0].permute(2, 0, 1), cube),
        exact("expand", in -> in[0].expand(5, 7), Shape.of(1, 7)),
        exact("reshape", in -> in[0].mT().reshape(5, 7), Shape.of(5, 7)),
        exact("concat", in -> Tensor.concat(1, in[0], in[1]), matrix, Shape.of(5, 2)),
        exact("stack", in -> Tensor.stack(0, in), matrix, matrix),
        exact("index_select", in -> in[0].gatherRows(Tensor.of(4L, 0, 4, 1)), matrix));
  }

  static void cases(OpCases cases) {
    int number = 0;
    for (var f : functions()) {
      number++;
      for (var half : HALVES) {
        for (var lay : Given.ALL) {
          var name = half + " " + f.name + " " + number + " " + Arrays.toString(f.shapes) + " " + lay;
          cases.add(f.op, name, random -> value(f, half, lay, random));
          cases.add(f.op, name + " gradient", random -> gradient(f, half, lay, random));
        }
      }
    }
    for (var half : HALVES) single(cases, half);
    refused(cases);
  }

  private static Tensor[] inputs(Function f, DType half, Given lay, SplittableRandom random) {
    return Stream.of(f.shapes).map(s -> lay.tensor(half, OpCases.numbers(half, s, -2, 2, random)))
        .toArray(Tensor[]::new);
  }

  private static Tensor[] wide(Tensor[] halves) {
    return Stream.of(halves).map(t -> t.to(DType.FLOAT32)).toArray(Tensor[]::new);
  }

  private static void value(Function f, DType half, Given lay, SplittableRandom random) {
    var in = inputs(f, half, lay, random);
    var actual = f.body.of(in);
    var expected = f.body.of(wide(in)).to(half);
    assertEquals(expected.spec(), actual.spec());
    if (f.exact) {
      assertArrayEquals(expected.toDoubles(), actual.toDoubles());
    } else {
      near(expected, actual);
    }
  }

  private static void gradient(Function f, DType half, Given lay, SplittableRandom random) {
    var in = inputs(f, half, lay, random);
    var wide = wide(in);
    for (int i = 0; i < in.length; i++) {
      in[i] = in[i].requiresGrad();
      wide[i] = wide[i].detach().requiresGrad();
    }
    var y = f.body.of(in);
    var g = Given.WHOLE.tensor(half, OpCases.numbers(half, y.shape(), 0.5, 1.5, random));
    y.backward(g);
    f.body.of(wide).backward(g.to(DType.FLOAT32));
    for (int i = 0; i < in.length; i++) {
      assertEquals(half, in[i].grad().dtype());
      near(wide[i].grad().to(half), in[i].grad());
    }
  }

  private static void near(Tensor expected, Tensor actual) {
    OpCases.check(expected.dtype(), Plain.of(expected.shape(), expected.toDoubles()), actual);
  }

  private static void single(OpCases cases, DType half) {
    cases.add("sum", half + " of many ones does not stand still at 256 or 2048", _ -> {
      var ones = Tensor.ones(Tensor.scalar(0).device(), half, Shape.of(3, 4000));
      assertArrayEquals(new float[]{4000, 4000, 4000}, ones.sum(1).toFloats());
      assertEquals(12_000, ones.sum().item(), 32);
    });
    cases.add("mean", half + " is right where the sum overflows",
        _ -> assertEquals(half.value(half.bits(60_000.0)),
            Tensor.full(Shape.of(100), half, 60_000).mean().item()));
    cases.add("index_select", half + " adds up gradients in float32", _ -> {
      var table = Tensor.full(Shape.of(2, 3), half, 1).requiresGrad();
      table.gatherRows(Tensor.zeros(table.device(), DType.INT64, Shape.of(1000))).sum().backward();
      assertArrayEquals(new float[]{1000, 1000, 1000, 0, 0, 0}, table.grad().toFloats());
    });
    cases.add("fuse", half + " rounds once", _ -> {
      var x = Tensor.of(1f, 0.5f).to(half);
      assertArrayEquals(new float[]{1, 0.5f}, Tensor.fuse(v -> v.add(4096).sub(4096), x).toFloats());
      assertArrayEquals(new float[]{0, 0}, x.add(4096).sub(4096).toFloats());
    });
    cases.add("eq", half + " sees a number as one of its own", _ -> {
      var x = Tensor.full(Shape.of(2), half, 0.1);
      OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 1), x.eq(0.1));
      OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 1, 1), Tensor.fuse(v -> v.eq(0.1), x));
      OpCases.check(DType.BOOL, Plain.of(Shape.of(2), 0, 0),
          x.eq(Tensor.full(Shape.of(2), DType.FLOAT32, 0.1)));
    });
    cases.add("add", half + " overflows to infinity, and keeps NaN", _ -> {
      double largest = half == DType.FLOAT16 ? 65504 : 0x1.fep127;
      var x = Tensor.full(Shape.of(1), half, largest);
      assertArrayEquals(new float[]{Float.POSITIVE_INFINITY}, x.add(x).toFloats());
      assertArrayEquals(new float[]{Float.NEGATIVE_INFINITY}, x.mul(-2).toFloats());
      assertArrayEquals(new float[]{Float.NaN}, x.sub(Double.NaN).toFloats());
    });
    cases.add("to", half + " passes the gradient of float32 on", _ -> {
      var x = Tensor.of(1.5f, 2).requiresGrad();
      x.to(half).square().sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 3, 4), x.grad());
    });
    cases.add("to", half + " to the other half goes through float32", _ -> {
      var other = half == DType.BFLOAT16 ? DType.FLOAT16 : DType.BFLOAT16;
      var x = Tensor.of(1.2345f, -3e-6f, 3e4f);
      assertArrayEquals(x.to(half).to(DType.FLOAT32).to(other).toFloats(), x.to(half).to(other).toFloats());
    });
    cases.add("linear", half + " module, converted there and back", _ -> {
      try (var _ = GradMode.noGrad()) {
        var layer = new Linear(7, 3);
        var x = Tensor.ones(2, 7);
        var expected = layer.call(x);
        layer.to(half);
        assertEquals(half, layer.weight().dtype());
        var y = layer.call(x.to(half));
        assertEquals(half, y.dtype());
        OpCases.check(half, Plain.of(y.shape(), expected.toDoubles()), y);
        layer.to(DType.FLOAT32);
        OpCases.check(half, Plain.of(y.shape(), expected.toDoubles()), layer.call(x).to(half));
        layer.parameters().forEach(p -> p.value().close());
      }
    });
  }

  private static void refused(OpCases cases) {
    var half = DType.BFLOAT16;
    cases.refused("matmul", "a half and a float32",
        () -> Tensor.full(Shape.of(2, 2), half, 1).matmul(Tensor.ones(2, 2)), "matmul", "bfloat16",
        "to(DType)");
    cases.refused("matmul", "two kinds of half", () -> Tensor.full(Shape.of(2, 2), half, 1)
        .matmul(Tensor.full(Shape.of(2, 2), DType.FLOAT16, 1)), "matmul", "bfloat16", "float16", "to(DType)");
    cases.refused("linear", "a half beside float32 weights",
        () -> Tensor.apply(new io.jacquard.ops.Linear(), Tensor.full(Shape.of(2, 2), half, 1),
            Tensor.ones(2, 2),
            Tensor.ones(2)),
        "linear", "bfloat16", "float32", "to(DType)");
    cases.add("concat", "a half and a float32 are float32", _ -> OpCases.check(DType.FLOAT32,
        Plain.of(Shape.of(3), 1, 1, 1), Tensor.concat(0, Tensor.full(Shape.of(1), half, 1), Tensor.ones(2))));
    cases.refused("cross_entropy", "labels of a half type",
        () -> Loss.crossEntropy().of(Tensor.ones(2, 3), Tensor.full(Shape.of(2), half, 1)), "cross_entropy",
        "integer labels");
  }
}
