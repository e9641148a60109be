package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;

/** A backend's own convolutions, forward and both gradients, against their decompositions on the same backend. */
final class ConvPathOps {
  private ConvPathOps() {}

  /** x [N, C, H, W], weight [O, C/groups, KH, KW]. */
  private record Sample(Shape x, Shape weight, ConvOptions options) {
    /** Of the sums of a result, or of an element of the input's gradient. */
    double terms() {
      return weight.numel() / (double) Math.min(weight.size(0), weight.size(1));
    }

    @Override
    public String toString() {
      return x + " with " + weight + options;
    }
  }

  /** Which of the results is the gradient of the weight. */
  private static final int WEIGHT = 2;
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private static final List<Sample> SAMPLES = List.of(
      new Sample(Shape.of(3, 1, 12, 12), Shape.of(32, 1, 3, 3), PLAIN),
      new Sample(Shape.of(9, 32, 10, 10), Shape.of(64, 32, 3, 3), PLAIN),
      new Sample(Shape.of(2, 16, 9, 8), Shape.of(16, 16, 3, 3), PLAIN.padding(1)),
      new Sample(Shape.of(2, 16, 9, 9), Shape.of(32, 16, 3, 3), PLAIN.padding(1).stride(2)),
      new Sample(Shape.of(3, 16, 10, 7), Shape.of(16, 16, 3, 3), PLAIN.padding(0, 2).stride(2, 1)),
      new Sample(Shape.of(2, 8, 9, 9), Shape.of(33, 8, 1, 1), PLAIN.stride(2)),
      new Sample(Shape.of(4, 17, 12, 13), Shape.of(33, 17, 1, 1), PLAIN),
      new Sample(Shape.of(2, 3, 21, 20), Shape.of(20, 3, 7, 7), PLAIN.padding(3).stride(2)),
      new Sample(Shape.of(2, 17, 9, 9), Shape.of(15, 17, 3, 3), PLAIN.padding(2).dilation(2)),
      new Sample(Shape.of(1, 32, 6, 6), Shape.of(32, 1, 3, 3), PLAIN.padding(1).groups(32)),
      new Sample(Shape.of(2, 32, 6, 6), Shape.of(64, 16, 3, 3), PLAIN.groups(2).padding(0, 1)),
      new Sample(Shape.of(2, 8, 6, 7), Shape.of(10, 8, 2, 3), PLAIN.padding(3).stride(3, 2)),
      new Sample(Shape.of(9, 130, 4, 4), Shape.of(80, 130, 3, 3), PLAIN.samePadding()),
      new Sample(Shape.of(1, 4, 40, 41), Shape.of(8, 4, 3, 3), PLAIN.stride(4)),
      new Sample(Shape.of(40, 2, 2, 2), Shape.of(3, 2, 2, 2), PLAIN.padding(1)));

  static void cases(OpCases cases) {
    for (var sample : SAMPLES) {
      for (var type : Cases.FLOATS) {
        for (var lay : Given.ALL) {
          cases.add("conv2d", sample + " " + type + " " + lay + " as decomposed", type, random -> {
            long seed = random.nextLong();
            var own = results(cases.device(), sample, type, lay, new SplittableRandom(seed));
            var decomposed = results(new Device(new TakenOverOps.Decomposing(cases.device().backend())),
                sample, type,
                lay, new SplittableRandom(seed));
            double places = own.getFirst().shape().numel() / (double) sample.weight.size(0);
            for (int k = 0; k < own.size(); k++)
              check(type, decomposed.get(k), own.get(k),
                  k == WEIGHT ? rounding(places, 0.25) : rounding(sample.terms(), 0.05));
          });
        }
      }
    }
  }

  /**
   * What {@link Tolerance} allows for sums of so many products of such a size: a backend may add them up in another order, or by
   * Winograd's filtering.
   */
  private static double rounding(double terms, double product) {
    return 2 * (8 + Math.sqrt(terms)) * 0x1p-24 * terms * product;
  }

  private static void check(DType type, Plain expected, Plain actual, double rounding) {
    assertEquals(expected.shape(), actual.shape());
    double unit = type == DType.FLOAT32 ? Math.max(2e-5, rounding) : 1e-13;
    for (int i = 0; i < expected.values().length; i++) {
      double want = expected.values()[i];
      assertEquals(want, actual.values()[i], unit * Math.max(1, Math.abs(want)), "element " + i);
    }
  }

  /** The result, and the gradients of input, weight and bias for a random one of the result. */
  private static List<Plain> results(Device device, Sample sample, DType type, Given lay,
      SplittableRandom random) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = lay.tensor(type, OpCases.numbers(type, sample.x, -1, 1, random)).requiresGrad();
        var weight = lay.tensor(type, OpCases.numbers(type, sample.weight, -0.2, 0.2, random)).requiresGrad();
        var bias = lay.tensor(type, OpCases.numbers(type, Shape.of(sample.weight.size(0)), -1, 1, random))
            .requiresGrad();
        var y = x.conv2d(weight, bias, sample.options);
        y.backward(lay.tensor(type, OpCases.numbers(type, y.shape(), -1, 1, random)));
        return List.of(plain(y), plain(x.grad()), plain(weight.grad()), plain(bias.grad()));
      }
    });
  }

  private static Plain plain(Tensor x) {
    return new Plain(x.shape(), x.toDoubles());
  }
}
