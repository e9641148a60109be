package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every layer on its own: what it computes, how it begins, how it prints. */
class LayersTest {
  /** Weight [[1, 2, 3], [4, 5, 6]], bias [10, 20]. */
  private static Linear linear() {
    var layer = new Linear(3, 2);
    layer.weight().assign(Tensor.of(new float[][]{{1, 2, 3}, {4, 5, 6}}));
    layer.bias().assign(Tensor.of(10f, 20f));
    return layer;
  }

  @Test
  void linearIsWeightTimesInputPlusBias() {
    OnReference.run(() -> {
      var y = linear().call(Tensor.of(new float[][]{{1, 0, -1}, {1, 1, 1}}));
      assertEquals(Shape.of(2, 2), y.shape());
      assertArrayEquals(new float[]{10 - 2, 20 - 2, 10 + 6, 20 + 15}, y.toFloats());
    });
  }

  @Test
  void linearTakesAnyNumberOfLeadingDimensions() {
    OnReference.run(() -> {
      var layer = linear();
      assertArrayEquals(new float[]{16, 35}, layer.call(Tensor.ones(3)).toFloats());
      assertEquals(Shape.of(2), layer.call(Tensor.ones(3)).shape());
      assertEquals(Shape.of(2, 5, 2), layer.call(Tensor.ones(2, 5, 3)).shape());
      assertArrayEquals(new float[]{16, 35, 16, 35}, layer.call(Tensor.ones(2, 1, 3)).toFloats());
      assertEquals(Shape.of(0, 2), layer.call(Tensor.ones(0, 3)).shape());
    });
  }

  @Test
  void linearWithoutBias() {
    OnReference.run(() -> {
      var layer = new Linear(3, 2, false);
      assertNull(layer.bias());
      assertEquals(List.of("weight"), List.copyOf(layer.stateDict().keySet()));
      layer.weight().assign(Tensor.of(new float[][]{{1, 2, 3}, {4, 5, 6}}));
      assertArrayEquals(new float[]{6, 15}, layer.call(Tensor.ones(1, 3)).toFloats());
      assertEquals("Linear(3, 2, bias=false)", layer.toString());
    });
  }

  @Test
  void linearGradients() {
    OnReference.run(() -> {
      var layer = linear();
      var x = Tensor.of(new float[][]{{1, 2, 3}, {-1, 0, 1}}).requiresGrad();
      layer.call(x).mul(Tensor.of(new float[][]{{1, 10}, {100, 1000}})).sum().backward();
      // g = [[1, 10], [100, 1000]]: dW = g^T x, db = column sums of g, dx = g W
      assertArrayEquals(new float[]{1 - 100, 2, 3 + 100, 10 - 1000, 20, 30 + 1000},
          layer.weight().grad().toFloats());
      assertArrayEquals(new float[]{101, 1010}, layer.bias().grad().toFloats());
      assertArrayEquals(new float[]{41, 52, 63, 4100, 5200, 6300}, x.grad().toFloats());
    });
  }

  @Test
  void linearHasPyTorchsKeysAndLayoutOverTransposedMemory() {
    OnReference.run(() -> {
      var layer = new Linear(3, 2);
      assertEquals(List.of("weight", "bias"), List.copyOf(layer.namedParameters().keySet()));
      assertEquals(Shape.of(2, 3), layer.weight().shape());
      assertEquals(1, layer.weight().value().view().layout().stride(0));
      assertEquals(2, layer.weight().value().view().layout().stride(1));
      assertEquals("Linear(3, 2)", layer.toString());
    });
  }

  @ParameterizedTest
  @CsvSource({"1, 400", "16, 100", "100, 30"})
  void linearBeginsUniformlyWithinOneOverTheRootOfItsInputs(int in, int out) {
    OnReference.run(() -> {
      var layer = new Linear(in, out);
      double bound = 1 / Math.sqrt(in);
      for (var parameter : layer.parameters()) {
        var values = parameter.value().toDoubles();
        double largest = 0;
        double squares = 0;
        for (double v : values) {
          largest = Math.max(largest, Math.abs(v));
          squares += v * v;
        }
        // Among n uniform values the largest is about n/(n+1) of the bound; the variance is bound^2 / 3.
        assertTrue(largest <= bound * (1 + 1e-6) && largest > 0.8 * bound, "largest " + largest);
        assertEquals(bound * bound / 3, squares / values.length, 0.3 * bound * bound / 3);
      }
    });
  }

  @Test
  void theSeedDecidesTheInitialValues() {
    OnReference.run(() -> {
      var first = seeded(7);
      assertArrayEquals(first, seeded(7));
      assertFalse(Arrays.equals(first, seeded(8)));
    });
  }

  private static float[] seeded(long seed) {
    var values = new float[1][];
    Generator.with(new Generator(seed), () -> values[0] = new Linear(5, 4).weight().value().toFloats());
    return values[0];
  }

  @Test
  void linearOfGivenValuesCopiesThem() {
    OnReference.run(() -> {
      var weight = Tensor.of(new float[][]{{1, 2, 3}, {4, 5, 6}});
      var layer = Linear.of(weight, Tensor.of(10f, 20f));
      assertArrayEquals(new float[]{8, 18}, layer.call(Tensor.of(1f, 0f, -1f)).toFloats());
      assertEquals(1, layer.weight().value().view().layout().stride(0), "it lies as others do");
      layer.weight().assign(Tensor.zeros(2, 3));
      assertArrayEquals(new float[]{1, 2, 3, 4, 5, 6}, weight.toFloats());
      assertEquals("Linear(3, 2, bias=false)", Linear.of(weight, null).toString());
      var error = assertThrows(JacquardException.class, () -> Linear.of(weight, Tensor.of(1f)));
      assertTrue(error.getMessage().contains("float32[2, 3]") && error.getMessage().contains("float32[1]"));
      assertThrows(JacquardException.class, () -> Linear.of(Tensor.of(1f), null));
    });
  }

  @Test
  void linearRefusesSizesThatAreNone() {
    OnReference.run(() -> {
      var error = assertThrows(JacquardException.class, () -> new Linear(0, 3));
      assertEquals("Linear: inFeatures is 0, expected 1 or more.", error.getMessage());
      assertThrows(JacquardException.class, () -> new Linear(3, -1));
    });
  }

  @Test
  void flattenJoinsAllButTheFirstDimension() {
    OnReference.run(() -> {
      var x = Tensor.arange(24).reshape(2, 3, 4);
      var y = new Flatten().call(x);
      assertEquals(Shape.of(2, 12), y.shape());
      assertArrayEquals(x.toLongs(), y.toLongs());
      var flat = Tensor.ones(2, 5);
      assertSame(flat, new Flatten().call(flat));
    });
  }

  @Test
  void activations() {
    OnReference.run(() -> {
      var x = Tensor.of(-2f, -0.5f, 0f, 1f, 3f);
      check(new ReLU(), x, v -> Math.max(v, 0));
      check(new LeakyReLU(), x, v -> v > 0 ? v : 0.01 * v);
      check(new LeakyReLU(0.2), x, v -> v > 0 ? v : 0.2 * v);
      check(new Sigmoid(), x, v -> 1 / (1 + Math.exp(-v)));
      check(new Tanh(), x, Math::tanh);
      // gelu(1) and gelu(3) by tables of the normal distribution: 1 * 0.841345, 3 * 0.998650
      var gelu = new GELU().call(x).toDoubles();
      assertEquals(0.841345, gelu[3], 1e-5);
      assertEquals(2.995950, gelu[4], 1e-5);
      assertEquals(-2 * 0.0227501, gelu[0], 1e-5);
    });
  }

  private static void check(Module layer, Tensor x, DoubleUnaryOperator expected) {
    var values = Arrays.stream(x.toDoubles()).map(expected).toArray();
    assertArrayEquals(values, layer.call(x).toDoubles(), 1e-6, layer.toString());
  }

  @Test
  void softmaxAndItsLogarithm() {
    OnReference.run(() -> {
      var x = Tensor.of(new float[][]{{0, (float) Math.log(3)}, {1000, -1000}});
      assertArrayEquals(new float[]{0.25f, 0.75f, 1, 0}, new Softmax(1).call(x).toFloats(), 1e-6f);
      assertArrayEquals(new float[]{(float) Math.log(0.25), (float) Math.log(0.75), 0, -2000},
          new LogSoftmax(-1).call(x).toFloats(), 1e-6f);
      assertEquals("Softmax(1)", new Softmax(1).toString());
    });
  }

  @Test
  void sequentialAppliesOneAfterTheOther() {
    OnReference.run(() -> {
      var layer = linear();
      var model = Sequential.of(List.of(layer, new ReLU()));
      // [-5 - 10 + 10, -20 - 25 + 20] before the ReLU, then [1 + 2 + 3 + 10, 4 + 5 + 6 + 20]
      var y = model.call(Tensor.of(new float[][]{{-5, -5, 0}, {1, 1, 1}}));
      assertArrayEquals(new float[]{0, 0, 16, 35}, y.toFloats());
      assertEquals("Sequential(\n  (0): Linear(3, 2)\n  (1): ReLU()\n)", model.toString());
      var empty = Sequential.of();
      var x = Tensor.ones(2);
      assertSame(x, empty.call(x));
      assertEquals("Sequential()", empty.toString());
    });
  }
}
