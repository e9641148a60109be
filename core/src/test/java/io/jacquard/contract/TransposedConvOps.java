package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.PadMode;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.RmsNorm;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transposed convolutions, convolutions with other padding than zeros, pooling by norms, and the norm of mean squares. */
final class TransposedConvOps {
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private TransposedConvOps() {}

  /** PyTorch's shapes: x [N, C, spatial...], weight [C, O/groups, kernel...]. */
  private record Sample(Shape x, Shape weight, ConvOptions options, int more, boolean bias) {
    int rank() {
      return x.rank() - 2;
    }

    String op() {
      return "conv_transpose" + rank() + "d";
    }

    Shape outputs() {
      return Shape.of(weight.size(1) * options.groups());
    }

    Tensor run(Tensor x, Tensor weight, @Nullable Tensor bias) {
      return rank() == 1
          ? x.convTranspose1d(weight, bias, options, more)
          : x.convTranspose2d(weight, bias, options, more);
    }

    @Override
    public String toString() {
      return x + " with " + weight + options + ", output_padding=" + more + (bias ? " and bias" : "");
    }
  }

  private static final List<Sample> SAMPLES = List.of(
      new Sample(Shape.of(1, 1, 2, 2), Shape.of(1, 1, 2, 2), PLAIN, 0, false),
      new Sample(Shape.of(2, 2, 3, 2), Shape.of(2, 3, 2, 3), PLAIN, 0, true),
      new Sample(Shape.of(1, 2, 3, 2), Shape.of(2, 1, 4, 4), PLAIN.stride(2).padding(1), 0, true),
      new Sample(Shape.of(1, 2, 3, 2), Shape.of(2, 2, 3, 3), PLAIN.stride(2).padding(1), 1, false),
      new Sample(Shape.of(1, 1, 3, 3), Shape.of(1, 2, 2, 1), PLAIN.stride(3), 2, true),
      new Sample(Shape.of(1, 1, 2, 3), Shape.of(1, 1, 2, 2), PLAIN.dilation(3), 2, true),
      new Sample(Shape.of(1, 4, 2, 2), Shape.of(4, 2, 2, 2), PLAIN.groups(2).stride(2), 0, true),
      new Sample(Shape.of(1, 3, 2, 2), Shape.of(3, 1, 2, 2), PLAIN.groups(3), 0, false),
      new Sample(Shape.of(2, 2, 4), Shape.of(2, 3, 3), PLAIN.stride(2).padding(1), 1, true),
      new Sample(Shape.of(1, 3, 3), Shape.of(3, 2, 1), PLAIN, 0, false));

  static void cases(OpCases cases) {
    for (var sample : SAMPLES) transposed(cases, sample);
    values(cases,
        new Sample(Shape.of(2, 17, 5, 4), Shape.of(17, 33, 4, 4), PLAIN.stride(2).padding(1), 0, true),
        Given.WHOLE);
    modes(cases);
    norms(cases);
    rms(cases);
    wrong(cases);
  }

  private static void transposed(OpCases cases, Sample sample) {
    for (var lay : Given.ALL) {
      values(cases, sample, lay);
      cases.gradients(sample.op(), sample + " " + lay,
          in -> sample.run(in[0], in[1], sample.bias ? in[2] : null), random -> {
            var x = lay.random(sample.x, -1, 1, random);
            var weight = lay.random(sample.weight, -1, 1, random);
            return sample.bias
                ? new Tensor[]{x, weight, lay.random(sample.outputs(), -1, 1, random)}
                : new Tensor[]{x, weight};
          });
    }
  }

  private static void values(OpCases cases, Sample sample, Given lay) {
    for (var type : Cases.FLOATS) {
      cases.add(sample.op(), type + " " + sample + " " + lay, type, random -> {
        var x = OpCases.numbers(type, sample.x, -1, 1, random);
        var weight = OpCases.numbers(type, sample.weight, -0.1, 0.1, random);
        var bias = OpCases.numbers(type, sample.outputs(), -1, 1, random);
        var y = sample.run(lay.tensor(type, x), lay.tensor(type, weight),
            sample.bias ? lay.tensor(type, bias) : null);
        OpCases.check(type, spread(sample, x, weight, sample.bias ? bias : null), y);
      });
    }
  }

  /** Each input element adds its kernel to the result. */
  private static Plain spread(Sample sample, Plain x, Plain weight, @Nullable Plain bias) {
    int rank = sample.rank();
    var kernel = new long[rank];
    for (int a = 0; a < rank; a++) kernel[a] = sample.weight.size(2 + a);
    var axes = sample.options.window(sample.op(), kernel).axes();
    var shape = Shape.of(sample.x.size(0), sample.outputs().size(0));
    for (int a = 0; a < rank; a++) {
      var axis = axes.get(a);
      shape = shape.insert(2 + a,
          (sample.x.size(2 + a) - 1) * axis.stride() - 2L * axis.before() + axis.reach() + sample.more);
    }
    var y = Plain.fill(shape, i -> bias == null ? 0 : bias.at(i[1]));
    long channels = sample.x.size(1) / sample.options.groups();
    var taps = sample.weight.with(0, 1);
    for (int i = 0; i < x.values().length; i++) {
      var from = Plain.index(x.shape(), i);
      for (int t = 0; t < taps.numel(); t++) {
        var tap = Plain.index(taps, t);
        tap[0] = from[1];
        long at = from[0] * shape.size(1) + from[1] / channels * sample.weight.size(1) + tap[1];
        boolean inside = true;
        for (int a = 0; a < rank; a++) {
          long place = axes.get(a).position(from[2 + a], (int) tap[2 + a]);
          inside &= place >= 0 && place < shape.size(2 + a);
          at = at * shape.size(2 + a) + place;
        }
        if (inside) y.values()[(int) at] += x.values()[i] * weight.at(tap);
      }
    }
    return y;
  }

  /** A convolution pads as {@code pad} does. */
  private static void modes(OpCases cases) {
    for (var mode : PadMode.values()) {
      for (var lay : Given.ALL) {
        cases.gradients("conv2d", "padding " + mode + " " + lay,
            in -> in[0].conv2d(in[1], null, PLAIN.padding(1, 2).paddingMode(mode)),
            random -> new Tensor[]{lay.random(Shape.of(1, 2, 3, 4), -1, 1, random),
                lay.random(Shape.of(2, 2, 2, 3), -1, 1, random)});
        cases.add("conv2d", "padding " + mode + " as pad() " + lay, random -> {
          var x = lay.tensor(DType.FLOAT32,
              OpCases.numbers(DType.FLOAT32, Shape.of(2, 3, 4, 5), -1, 1, random));
          var w = lay.tensor(DType.FLOAT32,
              OpCases.numbers(DType.FLOAT32, Shape.of(4, 3, 3, 2), -0.1, 0.1, random));
          var same = PLAIN.samePadding().paddingMode(mode);
          var expected = x.pad(mode, 0, 1, 1, 1).conv2d(w, null);
          OpCases.check(DType.FLOAT32, new Plain(expected.shape(), expected.toDoubles()),
              x.conv2d(w, null, same));
        });
      }
    }
  }

  private static void norms(OpCases cases) {
    for (double p : new double[]{1, 2, 3, 2.5}) {
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add("lp_pool2d", p + " " + type + " " + lay, type, random -> {
            var x = OpCases.numbers(type, Shape.of(2, 3, 4, 6), 0.1, 1, random);
            var y = Plain.fill(Shape.of(2, 3, 2, 2), i -> {
              double sum = 0;
              for (long k = 0; k < 6; k++)
                sum += Math.pow(x.at(i[0], i[1], i[2] * 2 + k / 3, i[3] * 3 + k % 3), p);
              return Math.pow(sum, 1 / p);
            });
            OpCases.check(type, y, lay.tensor(type, x).lpPool2d(p, PoolOptions.defaults(), 2, 3));
          });
        }
        cases.gradients("lp_pool1d", p + " " + lay,
            in -> in[0].lpPool1d(p, PoolOptions.defaults().stride(1), 3),
            random -> new Tensor[]{lay.random(Shape.of(2, 2, 5), 0.1, 1, random)});
      }
    }
    cases.refused("lp_pool1d", "norm 0",
        () -> Tensor.ones(1, 1, 4).lpPool1d(0, PoolOptions.defaults(), 2), "lp_pool1d", "norm 0");
    cases.refused("lp_pool1d", "padding",
        () -> Tensor.ones(1, 1, 4).lpPool1d(2, PoolOptions.defaults().padding(1), 2), "padding=1");
    cases.refused("lp_pool1d", "a matrix too many",
        () -> Tensor.ones(1, 1, 4, 4).lpPool1d(2, PoolOptions.defaults(), 2), "[1, 1, 4, 4]");
    cases.refused("lp_pool2d", "an endless norm",
        () -> Tensor.ones(1, 1, 4, 4).lpPool2d(Double.POSITIVE_INFINITY, PoolOptions.defaults(), 2),
        "Infinity");
    cases.refused("lp_pool2d", "a divisor",
        () -> Tensor.ones(1, 1, 4, 4).lpPool2d(2, PoolOptions.defaults().dividingBy(2), 2), "divisor=2");
    cases.refused("lp_pool2d", "a kernel that is too large",
        () -> Tensor.ones(1, 1, 4, 4).lpPool2d(2, PoolOptions.defaults(), 5), "5 elements");
  }

  private static void rms(OpCases cases) {
    for (var shape : List.of(Shape.of(5, 9), Shape.of(2, 3, 33), Shape.of(7, 1), Shape.of(3, 130))) {
      long last = shape.size(-1);
      for (var lay : Given.ALL) {
        for (var type : Cases.FLOATS) {
          cases.add("rms_norm", shape + " " + type + " " + lay, type, random -> {
            var x = OpCases.numbers(type, shape, -2, 2, random);
            var w = OpCases.numbers(type, Shape.of(last), 0, 1, random);
            var y = x.lines(shape.rank() - 1, line -> {
              double mean = 0;
              for (double v : line) mean += v * v / line.length;
              var scaled = line.clone();
              for (int i = 0; i < line.length; i++) scaled[i] *= w.values()[i] / Math.sqrt(mean + 1e-3);
              return scaled;
            });
            OpCases.check(type, y,
                Tensor.apply(new RmsNorm(1, 1e-3), lay.tensor(type, x), lay.tensor(type, w))[0]);
          });
        }
        if (shape.numel() > 60) continue;
        cases.gradients("rms_norm", shape + " " + lay,
            in -> Tensor.apply(new RmsNorm(1, 1e-3), in[0], in[1])[0],
            random -> new Tensor[]{lay.random(shape, -2, 2, random),
                lay.random(Shape.of(last), -1, 1, random)});
      }
    }
    cases.refused("rms_norm", "integers", () -> Tensor.apply(new RmsNorm(1, 0), Tensor.arange(3)), "int64");
    cases.refused("rms_norm", "more dimensions than there are",
        () -> Tensor.apply(new RmsNorm(2, 0), Tensor.ones(3)), "at least 2");
    cases.refused("rms_norm", "a weight that does not fit",
        () -> Tensor.apply(new RmsNorm(1, 0), Tensor.ones(2, 3), Tensor.ones(2)), "[2, 3]", "[2]");
  }

  private static void wrong(OpCases cases) {
    cases.refused("conv_transpose2d", "channels that do not fit",
        () -> Tensor.zeros(1, 3, 4, 4).convTranspose2d(Tensor.zeros(2, 3, 2, 2), null, PLAIN),
        "conv_transpose2d", "[1, 3, 4, 4]", "[2, 3, 2, 2]", "expected 2 channels");
    cases.refused("conv_transpose2d", "another rank",
        () -> Tensor.zeros(4, 4).convTranspose2d(Tensor.zeros(2, 3, 2, 2), null, PLAIN), "[4, 4]");
    cases.refused("conv_transpose2d", "a bias that does not fit",
        () -> Tensor.zeros(1, 2, 4, 4).convTranspose2d(Tensor.zeros(2, 3, 2, 2), Tensor.zeros(2), PLAIN),
        "bias [2]", "[3]");
    cases.refused("conv_transpose2d", "too much output padding",
        () -> Tensor.zeros(1, 2, 4, 4).convTranspose2d(Tensor.zeros(2, 3, 2, 2), null, PLAIN.stride(2), 2),
        "output_padding 2", "stride 2");
    cases.refused("conv_transpose2d", "padding that leaves nothing",
        () -> Tensor.zeros(1, 2, 2, 2).convTranspose2d(Tensor.zeros(2, 3, 2, 2), null, PLAIN.padding(2)),
        "-1 elements", "dimension 0");
    cases.refused("conv_transpose2d", "a mode of padding",
        () -> Tensor.zeros(1, 2, 2, 2).convTranspose2d(Tensor.zeros(2, 3, 2, 2), null, PLAIN.samePadding()),
        "padding=same");
    cases.refused("conv_transpose1d", "images",
        () -> Tensor.zeros(1, 2, 2, 2).convTranspose1d(Tensor.zeros(2, 3, 2), null, PLAIN),
        "conv_transpose1d");
    cases.refused("conv_transpose1d", "two types",
        () -> Tensor.zeros(1, 2, 2).convTranspose1d(Tensor.zeros(2, 3, 2).to(DType.INT32), null, PLAIN),
        "int32");
    cases.refused("conv_transpose1d", "groups that do not divide",
        () -> Tensor.zeros(1, 3, 2).convTranspose1d(Tensor.zeros(3, 3, 2), null, PLAIN.groups(2)),
        "2 groups");
  }
}
