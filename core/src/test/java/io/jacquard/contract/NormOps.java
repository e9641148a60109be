package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.Embedding;
import io.jacquard.ops.LayerNorm;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Layer norm, batch norm and embeddings: values by their formulas, gradients by differences. */
final class NormOps {
  static final double EPS = 1e-3;

  private NormOps() {}

  static void cases(OpCases cases) {
    layerNorm(cases);
    batchNorm(cases);
    steady(cases);
    embedding(cases);
    wrongUse(cases);
  }

  static double mean(double[] line) {
    return Arrays.stream(line).average().orElse(Double.NaN);
  }

  static double variance(double[] line) {
    double mean = mean(line);
    return mean(Arrays.stream(line).map(v -> (v - mean) * (v - mean)).toArray());
  }

  /** {@code (x - mean) / sqrt(variance + eps)} over some dimensions. */
  static Plain normal(Plain x, int... dims) {
    var mean = x.reduce(true, dims, NormOps::mean);
    var std = x.reduce(true, dims, line -> Math.sqrt(variance(line) + EPS));
    return x.zip(mean, (v, m) -> v - m).zip(std, (v, s) -> v / s);
  }

  private record Sizes(Shape x, int dims) {
    Shape normalized() {
      return Shape.of(Arrays.copyOfRange(x.sizes(), x.rank() - dims, x.rank()));
    }

    int[] axes() {
      return IntStream.range(x.rank() - dims, x.rank()).toArray();
    }
  }

  private static void layerNorm(OpCases cases) {
    for (var s : List.of(new Sizes(Shape.of(7), 1), new Sizes(Shape.of(5, 9), 1),
        new Sizes(Shape.of(2, 3, 4), 1),
        new Sizes(Shape.of(2, 3, 4), 2), new Sizes(Shape.of(3, 1), 1), new Sizes(Shape.of(0, 3), 1),
        new Sizes(Shape.of(2, 2, 67), 1), new Sizes(Shape.of(2, 3, 2), 3))) {
      for (int parameters = 0; parameters < 3; parameters++) {
        int n = parameters;
        var op = new LayerNorm(s.dims, EPS);
        for (var lay : Given.ALL) {
          for (var type : Cases.FLOATS) {
            cases.add("layer_norm", type + " " + s.x + " over " + s.dims + " by " + n + " " + lay, type,
                random -> {
                  var x = OpCases.numbers(type, s.x, -2, 4, random);
                  var w = OpCases.numbers(type, s.normalized(), -1, 2, random);
                  var b = OpCases.numbers(type, s.normalized(), -1, 1, random);
                  var expected = normal(x, s.axes());
                  if (n > 0) expected = expected.zip(w, (v, f) -> v * f);
                  if (n > 1) expected = expected.zip(b, Double::sum);
                  var in = new Tensor[]{lay.tensor(type, x), lay.tensor(type, w), lay.tensor(type, b)};
                  OpCases.check(type, expected, Tensor.apply(op, Arrays.copyOf(in, n + 1))[0]);
                });
          }
          if (s.x.numel() > 30) continue;
          cases.gradients("layer_norm", s.x + " over " + s.dims + " by " + n + " " + lay,
              in -> Tensor.apply(op, in)[0],
              random -> Arrays.copyOf(new Tensor[]{lay.random(s.x, -2, 4, random),
                  lay.random(s.normalized(), -1, 2, random), lay.random(s.normalized(), -1, 1, random)},
                  n + 1));
        }
      }
    }
  }

  private static void batchNorm(OpCases cases) {
    for (var shape : List.of(Shape.of(2, 3), Shape.of(7, 1), Shape.of(5, 4), Shape.of(67, 9),
        Shape.of(2, 3, 2),
        Shape.of(1, 2, 5), Shape.of(3, 1, 4), Shape.of(4, 3, 33))) {
      var channels = Shape.of(shape.size(1));
      int[] dims = shape.rank() == 2 ? new int[]{0} : new int[]{0, 2};
      var beside = shape.rank() == 2 ? channels : Shape.of(shape.size(1), 1);
      for (boolean affine : new boolean[]{false, true}) {
        int n = affine ? 3 : 1;
        var op = new BatchNorm(EPS);
        for (var lay : Given.ALL) {
          var name = shape + (affine ? " affine " : " ") + lay;
          for (var type : Cases.FLOATS) {
            cases.add("batch_norm", type + " " + name, type, random -> {
              var x = OpCases.numbers(type, shape, -2, 4, random);
              var w = OpCases.numbers(type, channels, -1, 2, random);
              var b = OpCases.numbers(type, channels, -1, 1, random);
              var expected = normal(x, dims);
              if (affine)
                expected = expected.zip(w.reshape(beside), (v, f) -> v * f).zip(b.reshape(beside),
                    Double::sum);
              var in = new Tensor[]{lay.tensor(type, x), lay.tensor(type, w), lay.tensor(type, b)};
              var out = Tensor.apply(op, Arrays.copyOf(in, n));
              OpCases.check(type, expected, out[0]);
              OpCases.check(type, x.reduce(false, dims, NormOps::mean), out[1]);
              OpCases.check(type, x.reduce(false, dims, NormOps::variance), out[2]);
            });
          }
          if (shape.numel() > 24) continue;
          for (int output = 0; output < 3; output++) {
            int j = output;
            cases.gradients("batch_norm", name + " of result " + j, in -> Tensor.apply(op, in)[j],
                random -> Arrays.copyOf(new Tensor[]{lay.random(shape, -2, 4, random),
                    lay.random(channels, 0.5, 2, random), lay.random(channels, -1, 1, random)},
                    j == 0 ? n : 1));
          }
        }
      }
    }
  }

  /** A large mean takes no digits from the variance. */
  private static void steady(OpCases cases) {
    var offset = Plain.of(Shape.of(4, 1), 4097, 4099, 4097, 4099);
    cases.add("batch_norm", "of a large mean", _ -> {
      var out = Tensor.apply(new BatchNorm(0), Given.WHOLE.tensor(DType.FLOAT32, offset));
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(4, 1), -1, 1, -1, 1), out[0]);
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1), 1), out[2]);
    });
    cases.add("layer_norm", "of a large mean",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(1, 4), -1, 1, -1, 1),
            Tensor.apply(new LayerNorm(1, 0),
                Given.TRANSPOSED.tensor(DType.FLOAT32, offset.reshape(Shape.of(1, 4))))[0]));
    double nan = Double.NaN;
    cases.add("layer_norm", "a NaN stays in its row",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), nan, nan, -1, 1),
            Tensor.apply(new LayerNorm(1, 0), Tensor.of(new float[][]{{Float.NaN, 1}, {3, 5}}))[0]));
    cases.add("batch_norm", "a NaN stays in its channel",
        _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2, 2), nan, -1, nan, 1),
            Tensor.apply(new BatchNorm(0), Tensor.of(new float[][]{{Float.NaN, 1}, {3, 5}}))[0]));
    for (var half : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      cases.add("layer_norm", "of " + half + " by float32", _ -> {
        var x = Tensor.of(new float[][]{{1, 3}, {-2, 2}}).to(half);
        var y = Tensor.apply(new LayerNorm(1, 0), x, Tensor.of(2f, 0.5f))[0];
        OpCases.check(half, Plain.of(Shape.of(2, 2), -2, 0.5, -2, 0.5), y);
      });
      cases.add("batch_norm", "of " + half + " by float32", _ -> {
        var x = Tensor.of(new float[][]{{1, 3}, {3, -3}}).to(half);
        var out = Tensor.apply(new BatchNorm(0), x, Tensor.of(2f, 0.5f), Tensor.of(1f, 0f));
        OpCases.check(half, Plain.of(Shape.of(2, 2), -1, 0.5, 3, -0.5), out[0]);
        OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 1, 9), out[2]);
      });
    }
  }

  private static void embedding(OpCases cases) {
    for (var shape : List.of(Shape.of(1, 1), Shape.of(5, 3), Shape.of(40, 67))) {
      for (long count : new long[]{0, 1, 9}) {
        for (long padding : new long[]{-1, 0}) {
          var op = new Embedding(padding);
          for (var lay : Given.ALL) {
            var name = shape + " by " + count + (padding < 0 ? " " : " padded ") + lay;
            for (var type : List.of(DType.INT32, DType.INT64)) {
              cases.add("embedding", type + " " + name, random -> {
                var table = OpCases.numbers(DType.FLOAT32, shape, -2, 2, random);
                var numbers = numbers(shape, count, random);
                var expected = Plain.fill(Shape.of(count, shape.size(1)),
                    index -> table.at((long) numbers.at(index[0]), index[1]));
                OpCases.check(DType.FLOAT32, expected,
                    Tensor.apply(op, lay.tensor(DType.FLOAT32, table), lay.tensor(type, numbers))[0]);
              });
            }
            if (shape.numel() > 20 || padding >= 0) continue;
            cases.gradients("embedding", name, in -> Tensor.apply(op, in)[0], random -> new Tensor[]{
                lay.random(shape, -2, 2, random), lay.tensor(DType.INT64, numbers(shape, count, random))});
          }
        }
      }
    }
    cases.add("embedding", "adds up where numbers repeat, but not at the padding", _ -> {
      var table = Tensor.zeros(3, 2).requiresGrad();
      var y = Tensor.apply(new Embedding(1), table, Tensor.of(2L, 1L, 2L, 0L, 1L))[0];
      y.mul(Tensor.of(new float[][]{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}})).sum().backward();
      OpCases.check(DType.FLOAT32, Plain.of(Shape.of(3, 2), 7, 8, 0, 0, 6, 8), table.grad());
    });
  }

  private static Plain numbers(Shape table, long count, SplittableRandom random) {
    return OpCases.numbers(DType.INT64, Shape.of(count), 0, table.size(0), random);
  }

  private static void wrongUse(OpCases cases) {
    cases.refused("layer_norm", "integers", () -> Tensor.apply(new LayerNorm(1, EPS), Tensor.of(1, 2)),
        "layer_norm",
        "int32", "floating");
    cases.refused("layer_norm", "too few dimensions",
        () -> Tensor.apply(new LayerNorm(2, EPS), Tensor.zeros(3)),
        "layer_norm", "[3]", "2 dimensions");
    cases.refused("layer_norm", "a weight of another shape",
        () -> Tensor.apply(new LayerNorm(1, EPS), Tensor.zeros(2, 3), Tensor.zeros(2)), "layer_norm",
        "weight",
        "[2]", "[3]");
    cases.refused("layer_norm", "a bias of another type",
        () -> Tensor.apply(new LayerNorm(1, EPS), Tensor.zeros(2, 3), Tensor.zeros(3), Tensor.of(1, 2, 3)),
        "layer_norm", "bias", "int32");
    cases.refused("batch_norm", "one value to a channel",
        () -> Tensor.apply(new BatchNorm(EPS), Tensor.zeros(1, 3)),
        "batch_norm", "[1, 3]", "eval()");
    cases.refused("batch_norm", "no value to a channel",
        () -> Tensor.apply(new BatchNorm(EPS), Tensor.zeros(0, 3)),
        "batch_norm", "[0, 3]");
    cases.refused("batch_norm", "another rank", () -> Tensor.apply(new BatchNorm(EPS), Tensor.zeros(3)),
        "batch_norm",
        "[3]", "[N, C]");
    cases.refused("batch_norm", "a weight of another length",
        () -> Tensor.apply(new BatchNorm(EPS), Tensor.zeros(2, 3), Tensor.zeros(2), Tensor.zeros(3)),
        "batch_norm",
        "weight", "[2]", "[3]");
    cases.refused("batch_norm", "integers",
        () -> Tensor.apply(new BatchNorm(EPS), Tensor.of(new int[6], Shape.of(2, 3))),
        "batch_norm", "int32");
    cases.refused("embedding", "a number of two dimensions",
        () -> Tensor.apply(new Embedding(-1), Tensor.zeros(3, 2), Tensor.of(0L, 1L).reshape(1, 2)), "[1, 2]",
        "flatten");
    cases.refused("embedding", "floats as numbers",
        () -> Tensor.apply(new Embedding(-1), Tensor.zeros(3, 2), Tensor.zeros(2)), "float32", "int64");
    cases.refused("embedding", "a number that is not there",
        () -> Tensor.apply(new Embedding(-1), Tensor.zeros(3, 2), Tensor.of(0L, 3L))[0].sum().item(), "3",
        "0 to 2");
  }
}
