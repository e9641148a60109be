package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolutions of one to three dimensions against plain loops, and their gradients. */
final class ConvOps {
  private ConvOps() {}

  /** PyTorch's shapes: x [N, C, spatial...], weight [O, C/groups, kernel...]. */
  private record Sample(Shape x, Shape weight, ConvOptions options, boolean bias) {
    int rank() {
      return x.rank() - 2;
    }

    String op() {
      return "conv" + rank() + "d";
    }

    Tensor run(Tensor x, Tensor weight, @Nullable Tensor bias) {
      return switch (rank()) {
        case 1 -> x.conv1d(weight, bias, options);
        case 2 -> x.conv2d(weight, bias, options);
        default -> x.conv3d(weight, bias, options);
      };
    }

    @Override
    public String toString() {
      return x + " with " + weight + options + (bias ? " and bias" : "");
    }
  }

  private static Sample sample(Shape x, Shape weight, ConvOptions options) {
    return new Sample(x, weight, options, (x.numel() + weight.numel()) % 2 == 0);
  }

  private static final ConvOptions PLAIN = ConvOptions.defaults();

  /** Small enough for differences. */
  private static final List<Sample> SMALL = List.of(sample(Shape.of(1, 1, 3, 3), Shape.of(1, 1, 2, 2), PLAIN),
      sample(Shape.of(2, 2, 4, 3), Shape.of(3, 2, 2, 3), PLAIN),
      sample(Shape.of(1, 2, 3, 3), Shape.of(2, 2, 3, 3), PLAIN.padding(1)),
      sample(Shape.of(1, 1, 5, 4), Shape.of(2, 1, 3, 2), PLAIN.stride(2, 1).padding(1, 0)),
      sample(Shape.of(1, 2, 5, 5), Shape.of(1, 2, 2, 2), PLAIN.dilation(2).stride(2)),
      sample(Shape.of(1, 4, 3, 2), Shape.of(4, 2, 2, 1), PLAIN.groups(2)),
      sample(Shape.of(2, 3, 2, 3), Shape.of(6, 1, 2, 2), PLAIN.groups(3).padding(1)),
      sample(Shape.of(1, 1, 3, 4), Shape.of(1, 1, 2, 3), PLAIN.samePadding()),
      sample(Shape.of(2, 2, 5), Shape.of(3, 2, 3), PLAIN.padding(2).stride(3)),
      sample(Shape.of(1, 1, 2, 3, 2), Shape.of(2, 1, 2, 2, 1), PLAIN.padding(1, 0, 1)),
      sample(Shape.of(1, 2, 4, 4), Shape.of(2, 2, 1, 1), PLAIN.stride(3)),
      sample(Shape.of(1, 1, 2, 2), Shape.of(1, 1, 2, 2), PLAIN.padding(3)));

  /** For values only: sizes on both sides of a vector's and a tile's, and what networks use. */
  private static final List<Sample> LARGER = List.of(
      sample(Shape.of(2, 1, 12, 12), Shape.of(32, 1, 3, 3), PLAIN),
      sample(Shape.of(3, 32, 10, 9), Shape.of(64, 32, 3, 3), PLAIN),
      sample(Shape.of(2, 16, 8, 8), Shape.of(16, 16, 3, 3), PLAIN.padding(1)),
      sample(Shape.of(2, 16, 9, 9), Shape.of(32, 16, 3, 3), PLAIN.padding(1).stride(2)),
      sample(Shape.of(2, 16, 9, 9), Shape.of(33, 16, 1, 1), PLAIN.stride(2)),
      sample(Shape.of(1, 3, 23, 23), Shape.of(20, 3, 7, 7), PLAIN.padding(3).stride(2)),
      sample(Shape.of(2, 17, 7, 7), Shape.of(15, 17, 3, 3), PLAIN.padding(2).dilation(2)),
      sample(Shape.of(1, 32, 6, 6), Shape.of(32, 1, 3, 3), PLAIN.padding(1).groups(32)),
      sample(Shape.of(1, 32, 6, 6), Shape.of(64, 16, 3, 3), PLAIN.groups(2).padding(0, 1)),
      sample(Shape.of(1, 8, 5, 5), Shape.of(10, 8, 5, 5), PLAIN),
      sample(Shape.of(5, 130, 3, 3), Shape.of(49, 130, 3, 3), PLAIN.samePadding()),
      sample(Shape.of(4, 5, 40), Shape.of(19, 5, 9), PLAIN.dilation(3).padding(4)),
      sample(Shape.of(1, 4, 5, 6, 7), Shape.of(18, 4, 3, 3, 3), PLAIN.padding(1).stride(1, 2, 1)),
      sample(Shape.of(0, 2, 5, 5), Shape.of(3, 2, 3, 3), PLAIN),
      sample(Shape.of(1, 2, 6, 6), Shape.of(3, 2, 2, 2), PLAIN.stride(4)));

  static void cases(OpCases cases) {
    for (var sample : SMALL) {
      values(cases, sample);
      for (var lay : Given.ALL) {
        cases.gradients(sample.op(), sample + " " + lay,
            in -> sample.run(in[0], in[1], sample.bias ? in[2] : null), random -> {
              var x = lay.random(sample.x, -1, 1, random);
              var weight = lay.random(sample.weight, -1, 1, random);
              return sample.bias
                  ? new Tensor[]{x, weight, lay.random(Shape.of(sample.weight.size(0)), -1, 1, random)}
                  : new Tensor[]{x, weight};
            });
      }
    }
    for (var sample : LARGER) {
      values(cases, sample);
      if (sample.x.numel() > 0) adjoint(cases, sample);
    }
    unbatched(cases);
    wrong(cases);
  }

  private static void values(OpCases cases, Sample sample) {
    for (var type : Cases.FLOATS) {
      for (var lay : Given.ALL) {
        cases.add(sample.op(), type + " " + sample + " " + lay, type, random -> {
          var x = OpCases.numbers(type, sample.x, -1, 1, random);
          // Small, so that the rounding of long sums in float32 stays within the tolerance.
          var weight = OpCases.numbers(type, sample.weight, -0.1, 0.1, random);
          var bias = OpCases.numbers(type, Shape.of(sample.weight.size(0)), -1, 1, random);
          var y = sample.run(lay.tensor(type, x), lay.tensor(type, weight),
              sample.bias ? lay.tensor(type, bias) : null);
          OpCases.check(type, convolve(sample, x, weight, sample.bias ? bias : null), y, rounding(sample));
        });
      }
    }
  }

  /** What {@link Tolerance} allows for float32 sums of so many products of numbers to 1 and to 0.1. */
  private static double rounding(Sample sample) {
    double terms = sample.weight.numel() / (double) sample.weight.size(0);
    return (8 + Math.sqrt(terms)) * 0x1p-24 * terms * 0.025;
  }

  /** What each output is, one loop for each sum. */
  private static Plain convolve(Sample sample, Plain x, Plain weight, @Nullable Plain bias) {
    int rank = sample.rank();
    var window = sample.options.window(sample.op(), kernel(sample));
    var shape = Shape.of(x.shape().size(0), weight.shape().size(0));
    for (int a = 0; a < rank; a++)
      shape = shape.insert(shape.rank(), window.axes().get(a).outputs(x.shape().size(2 + a)));
    long channels = weight.shape().size(1);
    long perGroup = weight.shape().size(0) / sample.options.groups();
    var taps = weight.shape().with(0, 1);
    return Plain.fill(shape, out -> {
      double sum = bias == null ? 0 : bias.at(out[1]);
      for (int t = 0; t < taps.numel(); t++) {
        var from = Plain.index(taps, t);
        var w = from.clone();
        w[0] = out[1];
        from[0] = out[0];
        from[1] += out[1] / perGroup * channels;
        boolean inside = true;
        for (int a = 0; a < rank; a++) {
          from[2 + a] = window.axes().get(a).position(out[2 + a], (int) from[2 + a]);
          inside &= from[2 + a] >= 0 && from[2 + a] < x.shape().size(2 + a);
        }
        if (inside) sum += x.at(from) * weight.at(w);
      }
      return sum;
    });
  }

  private static long[] kernel(Sample sample) {
    var kernel = new long[sample.rank()];
    for (int a = 0; a < kernel.length; a++) kernel[a] = sample.weight.size(2 + a);
    return kernel;
  }

  /**
   * Larger gradients, without differences: a convolution is linear, so {@code <conv(x, w), g>} is both {@code <x, dx>} and
   * {@code <w, dw>}, for any x, w and g.
   */
  private static void adjoint(OpCases cases, Sample sample) {
    for (var lay : Given.ALL) {
      cases.add(sample.op(), sample + " " + lay + " gradients are adjoint", DType.FLOAT64, random -> {
        var x = lay.random(sample.x, -1, 1, random).requiresGrad();
        var weight = lay.random(sample.weight, -1, 1, random).requiresGrad();
        var y = sample.run(x, weight, null);
        var g = Given.WHOLE.random(y.shape(), -0.01, 0.01, random);
        y.backward(g);
        double dot = y.detach().mul(g).sum().item();
        OpCases.check(DType.FLOAT64, Plain.scalar(dot), x.detach().mul(x.grad()).sum());
        OpCases.check(DType.FLOAT64, Plain.scalar(dot), weight.detach().mul(weight.grad()).sum());
      });
    }
  }

  private static void unbatched(OpCases cases) {
    cases.add("conv2d", "without a batch", random -> {
      var x = Given.WHOLE.tensor(DType.FLOAT32,
          OpCases.numbers(DType.FLOAT32, Shape.of(2, 5, 4), -1, 1, random));
      var w = Given.WHOLE.tensor(DType.FLOAT32,
          OpCases.numbers(DType.FLOAT32, Shape.of(3, 2, 2, 2), -1, 1, random));
      var batched = x.unsqueeze(0).conv2d(w, null);
      OpCases.check(DType.FLOAT32, new Plain(Shape.of(3, 4, 3), batched.toDoubles()), x.conv2d(w, null));
    });
  }

  private static void wrong(OpCases cases) {
    cases.refused("conv2d", "channels that do not fit",
        () -> Tensor.zeros(1, 3, 5, 5).conv2d(Tensor.zeros(2, 4, 3, 3), null), "conv2d", "[1, 3, 5, 5]",
        "[2, 4, 3, 3]", "expected 4");
    cases.refused("conv2d", "a kernel that is too large",
        () -> Tensor.zeros(1, 1, 3, 5).conv2d(Tensor.zeros(1, 1, 4, 2), null), "4 elements", "dimension 0");
    cases.refused("conv2d", "another rank", () -> Tensor.zeros(5, 5).conv2d(Tensor.zeros(1, 1, 3, 3), null),
        "conv2d", "[5, 5]", "[N, C, spatial...]");
    cases.refused("conv2d", "a bias that does not fit",
        () -> Tensor.zeros(1, 1, 3, 3).conv2d(Tensor.zeros(2, 1, 2, 2), Tensor.zeros(3)), "bias [3]", "[2]");
    cases.refused("conv2d", "two types",
        () -> Tensor.zeros(1, 1, 3, 3).conv2d(Tensor.zeros(2, 1, 2, 2).to(DType.INT32), null), "float32",
        "int32");
    cases.refused("conv2d", "groups that do not divide",
        () -> Tensor.zeros(1, 4, 3, 3).conv2d(Tensor.zeros(3, 2, 1, 1), null, PLAIN.groups(2)), "2 groups");
    cases.refused("conv2d", "stride 0",
        () -> Tensor.zeros(1, 1, 3, 3).conv2d(Tensor.zeros(1, 1, 1, 1), null, PLAIN.stride(0)), "stride 0");
    cases.refused("conv2d", "three strides",
        () -> Tensor.zeros(1, 1, 3, 3).conv2d(Tensor.zeros(1, 1, 1, 1), null, PLAIN.stride(1, 1, 1)),
        "stride",
        "[1, 1, 1]");
    cases.refused("conv2d", "same padding with a stride",
        () -> Tensor.zeros(1, 1, 3, 3).conv2d(Tensor.zeros(1, 1, 1, 1), null, PLAIN.stride(2).samePadding()),
        "\"same\"", "stride 2");
    cases.refused("conv1d", "images", () -> Tensor.zeros(1, 1, 3, 3).conv1d(Tensor.zeros(1, 1, 1, 1), null),
        "conv1d", "1 spatial dimension.");
    cases.refused("conv3d", "images", () -> Tensor.zeros(1, 1, 3, 3).conv3d(Tensor.zeros(1, 1, 1, 1), null),
        "conv3d", "3 spatial dimensions.");
    cases.refused("conv1d", "a negative padding",
        () -> Tensor.zeros(1, 1, 3).conv1d(Tensor.zeros(1, 1, 1), null, PLAIN.padding(-1)), "padding -1");
  }
}
