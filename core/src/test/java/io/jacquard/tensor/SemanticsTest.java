package io.jacquard.tensor;

import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.FLOAT64;
import static io.jacquard.DType.INT32;
import static io.jacquard.DType.INT64;
import static io.jacquard.DType.UINT8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Device;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What PyTorch's results are where it had a choice; written down, not computed. */
class SemanticsTest {
  private static void on(Runnable body) {
    Device.with(ReferenceBackend.device(), () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    });
  }

  private static void check(DType type, Tensor actual, double... expected) {
    assertEquals(type, actual.dtype());
    assertArrayEquals(expected, actual.toDoubles());
  }

  private static Tensor bytes(int... values) {
    return Tensor.of(values).to(UINT8);
  }

  @Test
  void integersAndNumbers() {
    on(() -> {
      check(FLOAT32, Tensor.of(1, 2).mul(1.5), 1.5, 3);
      check(INT32, Tensor.of(1, 2).mul(2), 2, 4);
      check(INT64, Tensor.of(1L, 2L).sub(3), -2, -1);
      check(FLOAT32, Tensor.of(1L, 2L).add(0.5), 1.5, 2.5);
      check(INT64, Tensor.of(true, false).add(1), 2, 1);
      check(FLOAT32, Tensor.of(true, false).mul(0.5), 0.5, 0);
      check(INT32, Tensor.of(Integer.MAX_VALUE).add(1), Integer.MIN_VALUE);
    });
  }

  @Test
  void bytesWrapButDoNotClipTheNumber() {
    on(() -> {
      check(UINT8, bytes(1, 5).sub(3), 254, 2);
      check(UINT8, bytes(200).add(100), 44);
      check(INT64, bytes(1, 5).add(-3), -2, 2);
      check(INT64, bytes(1, 5).add(300), 301, 305);
      check(INT64, Tensor.of(1).add(1e10), 1e10 + 1);
      check(FLOAT32, Tensor.of(1).add(Double.POSITIVE_INFINITY), Double.POSITIVE_INFINITY);
    });
  }

  @Test
  void quotientsAreTrue() {
    on(() -> {
      check(FLOAT32, Tensor.of(7, -7).div(2), 3.5, -3.5);
      check(FLOAT32, Tensor.of(7, -7).div(Tensor.of(2, 2)), 3.5, -3.5);
      check(FLOAT32, Tensor.of(1, -1, 0).div(0), Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
          Double.NaN);
      check(FLOAT64, Tensor.of(1L << 53).div(Tensor.of(2.0)), 1L << 52);
      check(FLOAT32, Tensor.of(true).div(2), 0.5);
    });
  }

  @Test
  void powersOfIntegersAreIntegers() {
    on(() -> {
      check(INT32, Tensor.of(-3, 2).pow(0), 1, 1);
      check(INT32, Tensor.of(-3, 2).pow(2), 9, 4);
      check(INT32, Tensor.of(-3, 2).pow(5), -243, 32);
      check(INT64, Tensor.of(3L).pow(39), 4052555153018976267L);
      check(INT64, Tensor.of(true, false).pow(2), 1, 0);
      check(FLOAT32, Tensor.of(4, 9).pow(0.5), 2, 3);
      check(FLOAT32, Tensor.of(2, 4).pow(-1), 0.5, 0.25);
    });
  }

  @Test
  void powersAtZeroAndOfNegatives() {
    on(() -> {
      check(FLOAT64, Tensor.of(0.0, -8, Double.NaN).pow(0), 1, 1, 1);
      check(FLOAT64, Tensor.of(-8.0).pow(1.0 / 3), Double.NaN);
      check(FLOAT64, Tensor.of(-2.0, 0).pow(3), -8, 0);
      check(FLOAT64, Tensor.of(0.0).pow(-1), Double.POSITIVE_INFINITY);
      check(FLOAT64, slope(x -> x.pow(0), 0), 0);
      check(FLOAT64, slope(x -> x.pow(1), 0), 1);
      check(FLOAT64, slope(x -> x.pow(2), 0), 0);
      check(FLOAT64, slope(x -> x.pow(3), -2), 12);
      check(FLOAT64, slope(x -> x.pow(0.5), 0), Double.POSITIVE_INFINITY);
      check(FLOAT64, slope(x -> Tensor.of(0.0).pow(x), 2), 0);
      check(FLOAT64, slope(x -> Tensor.of(Math.E).pow(x), 0), 1);
    });
  }

  private static Tensor slope(UnaryOperator<Tensor> f, double at) {
    var x = Tensor.of(at).requiresGrad();
    return Gradients.of(f.apply(x).sum(), x);
  }

  @Test
  void gradientsAtKinks() {
    on(() -> {
      check(FLOAT64, slope(Tensor::abs, 0), 0);
      check(FLOAT64, slope(Tensor::relu, 0), 0);
      check(FLOAT64, slope(x -> x.leakyRelu(0.1), 0), 0.1);
      check(FLOAT64, slope(x -> x.clamp(-1, 1), 1), 1);
      check(FLOAT64, slope(x -> x.clamp(-1, 1), -1), 1);
      check(FLOAT64, slope(x -> x.clamp(-1, 1), 1.01), 0);
      check(FLOAT64, slope(x -> x.clamp(1, -1), 0), 0);
      check(FLOAT64, slope(x -> x.maximum(Tensor.of(2.0)), 2), 0.5);
      check(FLOAT64, slope(x -> x.minimum(Tensor.of(2.0)), 2), 0.5);
      check(FLOAT64, slope(x -> Tensor.stack(0, x, x, Tensor.of(2.0)).max(), 2), 2.0 / 3);
      check(FLOAT64, slope(Tensor::floor, 1), 0);
      check(FLOAT64, slope(Tensor::sqrt, 0), Double.POSITIVE_INFINITY);
    });
  }

  @Test
  void variance() {
    on(() -> {
      var x = Tensor.of(1.0, 2, 3, 4);
      assertEquals(5.0 / 3, x.var().item(), 1e-15);
      assertEquals(1.25, x.var(0, false).item(), 1e-15);
      assertTrue(Double.isNaN(Tensor.of(1.0).var().item()), "one number has no unbiased variance");
      assertEquals(0, Tensor.of(1.0).var(0, false).item());
      assertEquals(Shape.of(1, 1), x.reshape(2, 2).var(1, true, 0, 1).shape());
    });
  }

  @Test
  void slicesAsInPython() {
    on(() -> {
      var x = Tensor.arange(5);
      check(INT64, x.slice(0, -3, 5), 2, 3, 4);
      check(INT64, x.slice(0, 0, -1), 0, 1, 2, 3);
      check(INT64, x.slice(0, -100, 100, 3), 0, 3);
      check(INT64, x.slice(0, -2, -1), 3);
      check(INT64, x.slice(0, 3, 1));
      check(INT64, x.slice(0, 4, Long.MAX_VALUE, Long.MAX_VALUE), 4);
      check(INT64, x.select(0, -1), 4);
    });
  }

  @Test
  void conversions() {
    on(() -> {
      check(INT32, Tensor.of(1.9f, -1.9f).to(INT32), 1, -1);
      check(DType.BOOL, Tensor.of(0.0f, -0.0f, 0.1f, Float.NaN).to(DType.BOOL), 0, 0, 1, 1);
      check(UINT8, Tensor.of(257, -1).to(UINT8), 1, 255);
      check(FLOAT32, Tensor.of(true, false).to(FLOAT32), 1, 0);
      check(INT64, Tensor.of(true, true, false).sum(), 2);
      check(INT64, Tensor.of(3, 4).sum(), 7);
    });
  }

  @Test
  void comparisonsLookAtTheNumberItself() {
    on(() -> {
      check(DType.BOOL, bytes(1, 255).lt(300), 1, 1);
      check(DType.BOOL, bytes(1, 255).eq(-1), 0, 0);
      check(DType.BOOL, Tensor.of(1, 2).gt(1.5), 0, 1);
      check(DType.BOOL, Tensor.of(Float.NaN).eq(Tensor.of(Float.NaN)), 0);
      check(DType.BOOL, Tensor.of(Float.NaN).ne(Tensor.of(Float.NaN)), 1);
    });
  }
}
