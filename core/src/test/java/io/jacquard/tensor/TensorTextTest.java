package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Device;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Samples of PyTorch's printing. The device is not PyTorch's usual one, so its name comes last. */
class TensorTextTest {
  private static void prints(String expected, Supplier<Tensor> tensor) {
    var device = ReferenceBackend.device();
    var text = Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return tensor.get().toString();
      }
    });
    assertEquals(expected, text.replace(", device=reference)", ")"));
    assertTrue(text.endsWith(", device=reference)"), text);
    assertEquals(0, device.memory().liveBytes());
  }

  @Test
  void scalars() {
    prints("tensor(3.5000)", () -> Tensor.scalar(3.5f));
    prints("tensor(3.)", () -> Tensor.scalar(3));
    prints("tensor(nan)", () -> Tensor.scalar(Float.NaN));
    prints("tensor(7)", () -> Tensor.of(7L).sum());
    prints("tensor(1.0000e-05)", () -> Tensor.scalar(1e-5f));
  }

  @Test
  void matricesAreAligned() {
    prints("tensor([[1.5000, 2.0000],\n        [3.0000, 4.2500]])",
        () -> Tensor.of(new float[][]{{1.5f, 2}, {3, 4.25f}}));
    prints("tensor([[  1, -20],\n        [300,   4]])", () -> Tensor.of(1L, -20L, 300L, 4L).reshape(2, 2));
  }

  @Test
  void moreDimensionsHaveEmptyLinesBetween() {
    prints("tensor([[[0],\n         [1]],\n\n        [[2],\n         [3]]])",
        () -> Tensor.arange(4).reshape(2, 2, 1));
    prints("tensor([[[[0]]],\n\n\n        [[[1]]]])", () -> Tensor.arange(2).reshape(2, 1, 1, 1));
  }

  @Test
  void wholeFloatsEndInAPoint() {
    prints("tensor([1., 2., 3.])", () -> Tensor.of(1f, 2f, 3f));
    prints("tensor([ 1., -2.])", () -> Tensor.of(1f, -2f));
    prints("tensor([0., 0.])", () -> Tensor.zeros(2));
    prints("tensor([1., nan, inf, -inf])",
        () -> Tensor.of(1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
    prints("tensor([1.5000,    nan])", () -> Tensor.of(1.5f, Float.NaN));
  }

  @Test
  void powersOfTenWhereSizesDiffer() {
    prints("tensor([1.0000e-03, 5.0000e+00])", () -> Tensor.of(0.001f, 5f));
    prints("tensor([1.0000e+00, 2.0000e+03])", () -> Tensor.of(1f, 2000f));
    prints("tensor([   1., 1000.])", () -> Tensor.of(1f, 1000f));
    prints("tensor([2.0000e+08])", () -> Tensor.of(2e8f));
    prints("tensor([0.0001, 0.0100])", () -> Tensor.of(1.01e-4f, 0.01f));
    prints("tensor([ 1.0000e-05, -1.0000e+00])", () -> Tensor.of(1e-5f, -1f));
  }

  @Test
  void typesThatAreNotUsualAreNamed() {
    prints("tensor([1., 2.], dtype=float64)", () -> Tensor.of(1.0, 2.0));
    prints("tensor([1, 2], dtype=int32)", () -> Tensor.of(1, 2));
    prints("tensor([1, 2])", () -> Tensor.of(1L, 2L));
    prints("tensor([ true, false])", () -> Tensor.of(true, false));
    prints("tensor([9007199254740993])", () -> Tensor.of((1L << 53) + 1));
  }

  @Test
  void emptyOnes() {
    prints("tensor([])", () -> Tensor.zeros(0));
    prints("tensor([], size=[2, 0])", () -> Tensor.zeros(2, 0));
    prints("tensor([], dtype=int64)", () -> Tensor.arange(0));
  }

  @Test
  void longRowsBreakAtEightyColumns() {
    prints("""
        tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
                18, 19])""", () -> Tensor.arange(20));
  }

  @Test
  void longDimensionsAreAbridged() {
    prints("tensor([   0,    1,    2,  ..., 1998, 1999, 2000])", () -> Tensor.arange(2001));
    prints("""
        tensor([[   0,    1,    2,  ...,   47,   48,   49],
                [  50,   51,   52,  ...,   97,   98,   99],
                [ 100,  101,  102,  ...,  147,  148,  149],
                ...,
                [2350, 2351, 2352,  ..., 2397, 2398, 2399],
                [2400, 2401, 2402,  ..., 2447, 2448, 2449],
                [2450, 2451, 2452,  ..., 2497, 2498, 2499]])""", () -> Tensor.arange(2500).reshape(50, 50));
    prints("""
        tensor([[0., 0., 0.,  ..., 0., 0., 0.],
                [0., 0., 0.,  ..., 0., 0., 0.]])""", () -> Tensor.zeros(2, 600));
  }

  @Test
  void hugeOnesArePrintedByTheirEnds() {
    // Expanded, so that there is no memory behind it.
    prints("tensor([1., 1., 1.,  ..., 1., 1., 1.])",
        () -> Tensor.full(Shape.SCALAR, DType.FLOAT32, 1).expand(1L << 40));
  }

  @Test
  void viewsAndRecordedOnes() {
    prints("tensor([[0, 2],\n        [1, 3]])", () -> Tensor.arange(4).reshape(2, 2).mT());
    prints("tensor([2., 4.])", () -> Tensor.of(1f, 2f).requiresGrad().mul(2));
  }

  @Test
  void freedOnesSaySo() {
    Device.with(ReferenceBackend.device(), () -> {
      var x = Tensor.zeros(2, 3);
      x.close();
      assertEquals("Tensor(freed, shape [2, 3])", x.toString());
    });
  }
}
