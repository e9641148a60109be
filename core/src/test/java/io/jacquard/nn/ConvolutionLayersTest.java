package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.PoolOptions;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ConvolutionLayersTest {
  @Test
  void layersGiveTheirShapes() {
    OnReference.run(() -> {
      shape(new Conv2d(3, 16, 3), Shape.of(2, 3, 9, 8), Shape.of(2, 16, 7, 6));
      shape(new Conv2d(3, 16, 3, ConvOptions.defaults().samePadding()), Shape.of(2, 3, 9, 8),
          Shape.of(2, 16, 9, 8));
      shape(new Conv2d(4, 6, new int[]{3, 2}, ConvOptions.defaults().groups(2).stride(2, 1), false),
          Shape.of(4, 9, 8), Shape.of(6, 4, 7));
      shape(new Conv1d(2, 3, 4, ConvOptions.defaults().dilation(2)), Shape.of(1, 2, 10), Shape.of(1, 3, 4));
      shape(new Conv3d(1, 2, 3, ConvOptions.defaults().padding(1)), Shape.of(1, 1, 4, 5, 6),
          Shape.of(1, 2, 4, 5, 6));
      shape(new MaxPool2d(2), Shape.of(2, 3, 5, 4), Shape.of(2, 3, 2, 2));
      shape(new MaxPool2d(new int[]{3, 2}, PoolOptions.defaults().stride(1)), Shape.of(3, 5, 4),
          Shape.of(3, 3, 3));
      shape(new MaxPool1d(3), Shape.of(2, 3, 7), Shape.of(2, 3, 2));
      shape(new MaxPool3d(2), Shape.of(1, 1, 4, 4, 2), Shape.of(1, 1, 2, 2, 1));
      shape(new AvgPool2d(2, PoolOptions.defaults().withCeilMode()), Shape.of(2, 3, 5, 4),
          Shape.of(2, 3, 3, 2));
      shape(new AvgPool1d(3), Shape.of(2, 3, 7), Shape.of(2, 3, 2));
      shape(new AvgPool3d(2), Shape.of(1, 1, 4, 4, 2), Shape.of(1, 1, 2, 2, 1));
      shape(new AdaptiveAvgPool2d(1), Shape.of(2, 3, 5, 4), Shape.of(2, 3, 1, 1));
      shape(new AdaptiveMaxPool2d(3, 2), Shape.of(2, 3, 5, 4), Shape.of(2, 3, 3, 2));
      shape(new AdaptiveAvgPool1d(3), Shape.of(2, 3, 7), Shape.of(2, 3, 3));
      shape(new AdaptiveMaxPool1d(3), Shape.of(2, 3, 7), Shape.of(2, 3, 3));
    });
  }

  private static void shape(Module layer, Shape in, Shape out) {
    assertEquals(out, layer.call(Tensor.zeros(in.sizes())).shape(), layer.toString());
  }

  @Test
  void parametersAreThoseOfPyTorch() {
    OnReference.run(() -> {
      var layer = new Conv2d(4, 6, 3, ConvOptions.defaults().groups(2));
      assertEquals(List.of("weight", "bias"), List.copyOf(layer.stateDict().keySet()));
      assertEquals(Shape.of(6, 2, 3, 3), layer.weight().shape());
      assertEquals(Shape.of(6), layer.bias().shape());
      assertNull(new Conv2d(1, 1, 1, ConvOptions.defaults(), false).bias());
      double bound = 1 / Math.sqrt(18);
      float largest = 0;
      for (float w : layer.weight().value().toFloats()) largest = Math.max(largest, Math.abs(w));
      assertTrue(largest <= bound && largest > 0.8 * bound, () -> "the largest weight of " + layer);
    });
  }

  @Test
  void theWeightLiesInTheOrderInWhichItIsRead() {
    OnReference.run(() -> {
      var layer = new Conv2d(2, 5, 3);
      assertArrayEquals(new long[]{1, 5, 30, 10}, layer.weight().value().view().layout().strides());
      SGD.of(0.1).over(layer);
      assertArrayEquals(new long[]{1, 5, 30, 10}, layer.weight().value().view().layout().strides());
    });
  }

  @Test
  void whatFollowsAConvolutionLiesChannelsLast() {
    OnReference.run(() -> {
      var net = Sequential.of(new Conv2d(1, 4, 3), new ReLU(), new Conv2d(4, 6, 2), new ReLU(),
          new MaxPool2d(2));
      var y = net.call(Tensor.ones(2, 1, 8, 8));
      assertEquals(1, y.view().layout().stride(1), () -> y.view().layout().toString());
      y.sum().backward();
      assertEquals(1, net.parameters().getFirst().grad().view().layout().stride(0));
    });
  }

  @Test
  void flattenGivesPyTorchsOrder() {
    OnReference.run(() -> {
      var x = Tensor.arange(24).to(DType.FLOAT32).reshape(1, 3, 4, 2).permute(0, 3, 1, 2);
      var flat = new Flatten().call(x).toFloats();
      assertArrayEquals(
          new float[]{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21,
              23},
          flat);
    });
  }

  @Test
  void aSummaryCountsThem() {
    OnReference.run(() -> {
      var net = Sequential.of(new Conv2d(1, 8, 3), new MaxPool2d(2), new Flatten(), new Linear(72, 10));
      var summary = ModelSummary.of(net, Shape.of(1, 1, 8, 8));
      assertEquals(80 + 730, summary.parameters());
      assertEquals(List.of(80L, 0L, 0L, 730L),
          summary.rows().stream().map(ModelSummary.Row::parameters).toList());
      assertEquals(Shape.of(1, 8, 3, 3), summary.rows().get(1).output());
    });
  }

  @Test
  void layersPrintTheirConstructorsCall() {
    OnReference.run(() -> {
      assertEquals("Conv2d(1, 32, 3)", new Conv2d(1, 32, 3).toString());
      assertEquals("Conv2d(4, 8, (3, 5), stride=2, padding=(1, 2), groups=4, bias=false)",
          new Conv2d(4, 8, new int[]{3, 5}, ConvOptions.defaults().stride(2).padding(1, 2).groups(4), false)
              .toString());
      assertEquals("Conv1d(1, 2, 3, padding=same, dilation=2)",
          new Conv1d(1, 2, 3, ConvOptions.defaults().samePadding().dilation(2)).toString());
      assertEquals("MaxPool2d(3, stride=2, padding=1, ceil_mode=true)",
          new MaxPool2d(3, PoolOptions.defaults().stride(2).padding(1).withCeilMode()).toString());
      assertEquals("AdaptiveAvgPool2d((3, 4))", new AdaptiveAvgPool2d(3, 4).toString());
    });
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    OnReference.run(() -> {
      refused(() -> new Conv2d(0, 1, 3), "Conv2d: inChannels is 0, expected 1 or more.");
      refused(() -> new Conv2d(1, 1, 0), "Conv2d: kernelSize is 0, expected 1 or more.");
      refused(() -> new Conv2d(4, 6, 3, ConvOptions.defaults().groups(3)),
          "Conv2d: inChannels is 4, expected a multiple of groups, which is 3.");
      refused(() -> new Conv2d(1, 1, new int[]{1, 2, 3}, ConvOptions.defaults(), true),
          "Conv2d: kernelSize is (1, 2, 3), expected one number, or 2.");
      refused(() -> new Conv2d(1, 1, 3, ConvOptions.defaults().samePadding().stride(2)),
          "Conv2d: padding \"same\" with stride 2, expected stride 1. Give the padding as a number.");
      refused(() -> new MaxPool2d(0), "MaxPool2d: kernelSize is 0, expected 1 or more.");
      refused(() -> new AdaptiveAvgPool2d(1, 2, 3),
          "AdaptiveAvgPool2d: outputSize is (1, 2, 3), expected one number, or 2.");
    });
  }

  @Test
  void whatDoesNotFitNamesTheLayerAndTheSizes() {
    OnReference.run(() -> {
      var network = Sequential.of(new Conv2d(1, 4, 3), new ReLU(), new Conv2d(4, 8, 5));
      var message = assertThrows(JacquardException.class, () -> network.call(Tensor.ones(1, 1, 6, 6)))
          .getMessage();
      assertTrue(message.startsWith("Layer '2', Conv2d(4, 8, 5): conv2d: "), message);
      assertTrue(message.contains("5") && message.contains("padding included"), message);
      var pooled = Sequential.of(new MaxPool2d(7));
      message = assertThrows(JacquardException.class, () -> pooled.call(Tensor.ones(1, 1, 6, 6)))
          .getMessage();
      assertTrue(message.startsWith("Layer '0', MaxPool2d(7"), message);
      assertTrue(message.contains("padding included"), message);
    });
  }

  private static void refused(Supplier<Module> layer, String message) {
    assertEquals(message, assertThrows(JacquardException.class, layer::get).getMessage());
  }
}
