package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.ops.ConvOptions;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions with a window of one element: cuBLAS multiplies, and what comes out is what the definition says. */
class PointwiseConvolutionsTest {
  /** Result and gradients of a convolution of whole numbers. */
  private static double[] run(Device device, long side, int stride, int groups, boolean channelsLast) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var random = new SplittableRandom(3);
        var lying = signs(random, channelsLast ? Shape.of(3, side, side, 8) : Shape.of(3, 8, side, side))
            .requiresGrad();
        var x = channelsLast ? lying.permute(0, 3, 1, 2) : lying;
        var weight = signs(random, Shape.of(48, 8 / groups, 1, 1)).requiresGrad();
        var y = x.conv2d(weight, signs(random, Shape.of(48)),
            ConvOptions.defaults().stride(stride).groups(groups));
        y.backward(signs(random, Shape.of(3, y.size(2), y.size(3), 48)).permute(0, 3, 1, 2)); // as layers
                                                                                              // give it
        return Tensor.concat(0, y.reshape(-1), lying.grad().reshape(-1), weight.grad().reshape(-1))
            .toDoubles();
      }
    });
  }

  private static Tensor signs(SplittableRandom random, Shape shape) {
    var numbers = new float[(int) shape.numel()];
    for (int i = 0; i < numbers.length; i++) numbers[i] = random.nextInt(-1, 2);
    return Tensor.of(numbers, shape);
  }

  /** With a bias the product of a small image is our kernel's, which adds it at once. */
  @ParameterizedTest
  @CsvSource({"9, 1, 1, true, 2", "9, 2, 1, true, 0", "9, 1, 2, true, 0", "1, 1, 1, true, 2",
      "9, 1, 1, false, 1"})
  void areProducts(long side, int stride, int groups, boolean channelsLast, int products) {
    var gpu = TestGpu.withBlas();
    assertArrayEquals(run(ReferenceBackend.device(), side, stride, groups, channelsLast),
        run(new Device(gpu.backend), side, stride, groups, channelsLast));
    assertEquals(products, gpu.blas.products);
  }
}
