package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions as they are made for GPUs (tiles in shared memory, cut depths; with 64-bit positions), on whole numbers that
 * floats hold exactly: they must give the CPU backend's bits.
 */
class ConvolutionFormsTest extends FormsTest {
  private static final Tuning GPU = new Tuning(256, 256, 48 << 10, false, null, false);
  private static final Tuning SMALL = new Tuning(64, 64, 48 << 10, true,
      new MatmulTile(true, 4, 4, 2, 2, 4), false);

  ConvolutionFormsTest() {
    super(GPU, SMALL);
  }

  /** x [N, spatial..., C], weight [kernel..., C/groups, O] */
  private record Sample(Shape x, Shape weight, ConvOptions options) {}

  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private static Stream<Sample> samples() {
    return Stream.of(new Sample(Shape.of(2, 9, 3), Shape.of(3, 3, 5), PLAIN.padding(1).stride(2)),
        new Sample(Shape.of(3, 12, 12, 1), Shape.of(3, 3, 1, 32), PLAIN),
        new Sample(Shape.of(9, 7, 8, 20), Shape.of(3, 3, 20, 33), PLAIN.padding(1)),
        new Sample(Shape.of(2, 9, 8, 4), Shape.of(2, 3, 4, 7), PLAIN.stride(3, 2).padding(3)),
        new Sample(Shape.of(2, 9, 9, 6), Shape.of(3, 3, 3, 8), PLAIN.groups(2).dilation(2).padding(2)),
        new Sample(Shape.of(1, 9, 9, 4), Shape.of(3, 3, 4, 17), PLAIN.dilation(2).stride(4).padding(1)),
        new Sample(Shape.of(2, 4, 5, 6, 3), Shape.of(2, 3, 2, 3, 18), PLAIN.stride(1, 2, 1).padding(1)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void giveTheSameBits(Sample sample) {
    var expected = run(cpu, sample);
    for (var device : devices) {
      var actual = run(device, sample);
      for (int k = 0; k < expected.size(); k++)
        assertArrayEquals(expected.get(k), actual.get(k), "result " + k + " on " + device);
    }
  }

  private static List<double[]> run(Device device, Sample sample) {
    var kernel = new long[sample.x.rank() - 2];
    for (int a = 0; a < kernel.length; a++) kernel[a] = sample.weight.size(a);
    var window = sample.options.window("conv", kernel);
    int groups = sample.options.groups();
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var random = new SplittableRandom(7);
        var x = whole(random, sample.x);
        var weight = whole(random, sample.weight);
        var bias = whole(random, Shape.of(sample.weight.size(-1)));
        var y = Tensor.apply(new Convolution(window, groups), x, weight, bias)[0];
        var g = whole(random, y.shape());
        var dx = Tensor.apply(new ConvolutionInputGradient(window, groups, sample.x), g, weight)[0];
        var dw = Tensor.apply(new ConvolutionWeightGradient(window, groups), x, g)[0];
        return List.of(y.toDoubles(), dx.toDoubles(), dw.toDoubles());
      }
    });
  }

  private static Tensor whole(SplittableRandom random, Shape shape) {
    return Tensor.of(random.longs(shape.numel(), -4, 5).toArray(), shape).to(DType.FLOAT32);
  }
}
