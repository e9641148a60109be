package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.Dropout;
import org.junit.jupiter.api.Test;

/** Maps keep the order in which their inputs' dimensions lie in memory, and so do gradients. */
class MemoryOrderTest {
  private static final Shape SHAPE = Shape.of(2, 3, 4, 5);

  /** [2, 3, 4, 5] with dimension 1 innermost. */
  private static Tensor channelsLast() {
    return Tensor.arange(SHAPE.numel()).to(DType.FLOAT32).reshape(2, 4, 5, 3).permute(0, 3, 1, 2);
  }

  private static Tensor rowMajor() {
    return Tensor.full(SHAPE, DType.FLOAT32, 2);
  }

  private static void assertChannelsLast(Tensor x) {
    assertArrayEquals(new long[]{60, 1, 15, 3}, x.view().layout().strides(), x.view().layout().toString());
  }

  @Test
  void aMapKeepsTheOrder() {
    OnReference.run(() -> {
      var x = channelsLast();
      assertChannelsLast(x.relu());
      assertChannelsLast(x.add(x));
      assertChannelsLast(x.mul(3));
      assertChannelsLast(x.gt(x.mul(2)));
      assertChannelsLast(x.to(DType.INT64));
      assertArrayEquals(x.contiguous().relu().toFloats(), x.relu().toFloats());
    });
  }

  @Test
  void theFirstInputThatIsNotStretchedDecides() {
    OnReference.run(() -> {
      assertChannelsLast(channelsLast().add(rowMajor()));
      assertTrue(rowMajor().add(channelsLast()).view().layout().isContiguous());
      assertChannelsLast(Tensor.zeros(3, 1, 1).add(channelsLast()));
      assertChannelsLast(Tensor.zeros(1, 3, 1, 1).expand(SHAPE).add(channelsLast()));
      assertArrayEquals(channelsLast().contiguous().add(rowMajor()).toFloats(),
          channelsLast().add(rowMajor()).toFloats());
    });
  }

  @Test
  void whatHasGapsLosesThem() {
    OnReference.run(() -> {
      assertChannelsLast(channelsLast().add(0));
      var part = channelsLast().slice(3, 0, 4, 2).relu();
      assertArrayEquals(new long[]{24, 1, 6, 3}, part.view().layout().strides());
    });
  }

  @Test
  void contiguousIsRowMajorWhateverItsInput() {
    OnReference.run(() -> {
      assertTrue(channelsLast().contiguous().view().layout().isContiguous());
      assertTrue(channelsLast().flatten(1).view().layout().isContiguous());
    });
  }

  @Test
  void gradientsLieAsTheirInputs() {
    OnReference.run(() -> {
      var x = channelsLast().requiresGrad();
      x.relu().mul(2).flatten(1).square().sum().backward();
      assertChannelsLast(x.grad());
      var y = channelsLast().requiresGrad();
      y.mul(rowMajor()).sum().backward();
      assertTrue(y.grad().numel() == SHAPE.numel());
    });
  }

  @Test
  void dropoutKeepsTheOrderAndTheDraws() {
    OnReference.run(() -> {
      var dropped = dropped(channelsLast());
      assertChannelsLast(dropped);
      assertArrayEquals(dropped(channelsLast().contiguous()).toFloats(), dropped.toFloats());
    });
  }

  private static Tensor dropped(Tensor x) {
    var y = new Tensor[1];
    Generator.with(new Generator(7), () -> y[0] = new Dropout(0.5).call(x));
    return y[0];
  }
}
