package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Interpolation;
import io.jacquard.ops.PadMode;
import io.jacquard.ops.PoolOptions;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Layers of images beyond convolution and pooling, and containers: shapes, keys, how they print, what they refuse. */
class ImageLayersTest {
  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private static void refused(Executable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
  }

  private static Shape shape(Module layer, long... input) {
    return layer.call(Tensor.ones(input)).shape();
  }

  @Test
  void transposedConvolution() {
    OnReference.run(() -> {
      var layer = new ConvTranspose2d(4, 6, new int[]{3}, PLAIN.stride(2).padding(1).groups(2), new int[]{1},
          true);
      assertEquals(Shape.of(4, 3, 3, 3), layer.weight().shape());
      assertNotNull(layer.bias());
      assertEquals(List.of("weight", "bias"), List.copyOf(layer.stateDict().keySet()));
      assertEquals(Shape.of(2, 6, 10, 14), shape(layer, 2, 4, 5, 7));
      assertEquals(Shape.of(6, 10, 14), shape(layer, 4, 5, 7));
      double bound = 1 / Math.sqrt(3 * 9);
      assertTrue(layer.weight().value().abs().max().item() <= bound);
      assertTrue(layer.weight().value().abs().max().item() > bound * 0.8);
      assertEquals("ConvTranspose2d(4, 6, 3, stride=2, padding=1, groups=2, output_padding=1)",
          layer.toString());
      var bare = new ConvTranspose1d(2, 3, new int[]{2}, PLAIN, new int[]{0}, false);
      assertNull(bare.bias());
      assertEquals("ConvTranspose1d(2, 3, 2, bias=false)", bare.toString());
      assertEquals(Shape.of(1, 3, 5), shape(bare, 1, 2, 4));
      refused(() -> new ConvTranspose2d(3, 4, new int[]{3}, PLAIN.groups(2), new int[]{0}, true),
          "ConvTranspose2d: inChannels is 3", "groups");
      refused(() -> new ConvTranspose1d(0, 4, 3), "ConvTranspose1d: inChannels is 0");
      refused(() -> Sequential.of(new ConvTranspose1d(2, 4, 3)).call(Tensor.ones(1, 3, 4)), "Layer '0'",
          "ConvTranspose1d(2, 4, 3)", "[1, 3, 4]");
    });
  }

  @Test
  void paddingLayers() {
    OnReference.run(() -> {
      var x = Tensor.of(1f, 2f, 3f).reshape(1, 3);
      assertArrayEquals(new float[]{2, 1, 2, 3, 2, 1}, new ReflectionPad1d(1, 2).call(x).toFloats());
      assertArrayEquals(new float[]{1, 1, 2, 3, 3, 3}, new ReplicationPad1d(1, 2).call(x).toFloats());
      assertArrayEquals(new float[]{3, 1, 2, 3, 1, 2}, new CircularPad1d(1, 2).call(x).toFloats());
      assertArrayEquals(new float[]{0, 1, 2, 3, 0}, new ZeroPad1d(1).call(x).toFloats());
      assertArrayEquals(new float[]{7, 1, 2}, new ConstantPad1d(7, 1, -1).call(x).toFloats());
      assertEquals(Shape.of(1, 2, 7, 5), shape(new ReflectionPad2d(0, 1, 1, 2), 1, 2, 4, 4));
      assertEquals(Shape.of(2, 6, 6), shape(new ReplicationPad2d(1), 2, 4, 4));
      assertEquals(Shape.of(1, 2, 6, 6), shape(new CircularPad2d(1), 1, 2, 4, 4));
      assertEquals(Shape.of(1, 2, 6, 6), shape(new ZeroPad2d(1), 1, 2, 4, 4));
      assertEquals(Shape.of(1, 2, 2, 2), shape(new ConstantPad2d(1, -1), 1, 2, 4, 4));
      assertEquals(Shape.of(1, 1, 4, 4, 4), shape(new ReflectionPad3d(1), 1, 1, 2, 2, 2));
      assertEquals(Shape.of(1, 1, 4, 4, 4), shape(new ReplicationPad3d(1), 1, 1, 2, 2, 2));
      assertEquals(Shape.of(1, 1, 4, 4, 4), shape(new CircularPad3d(1), 1, 1, 2, 2, 2));
      assertEquals(Shape.of(1, 1, 4, 4, 4), shape(new ZeroPad3d(1), 1, 1, 2, 2, 2));
      assertEquals(Shape.of(1, 1, 4, 4, 4), shape(new ConstantPad3d(2, 1), 1, 1, 2, 2, 2));
      assertEquals("ReflectionPad2d((0, 1, 1, 2))", new ReflectionPad2d(0, 1, 1, 2).toString());
      assertEquals("ConstantPad1d(7.0, 1)", new ConstantPad1d(7, 1).toString());
      refused(() -> new ZeroPad2d(1, 2), "ZeroPad2d: padding is (1, 2)", "4");
      refused(() -> new ReflectionPad2d(1).call(Tensor.ones(3, 3)), "ReflectionPad2d", "[3, 3]");
      refused(() -> new ReflectionPad1d(3).call(Tensor.ones(1, 2, 3)), "reflect", "[1, 2, 3]");
      assertEquals("Conv2d(1, 2, 3, padding=1, padding_mode=circular)",
          new Conv2d(1, 2, 3, PLAIN.padding(1).paddingMode(PadMode.CIRCULAR)).toString());
    });
  }

  @Test
  void resizingLayers() {
    OnReference.run(() -> {
      assertEquals(Shape.of(1, 2, 6, 8), shape(new Upsample(2), 1, 2, 3, 4));
      var linear = new Upsample(Interpolation.size(5, 7).linear().alignCorners());
      assertEquals(Shape.of(1, 2, 5, 7), shape(linear, 1, 2, 3, 4));
      assertEquals("Upsample(size=(5, 7), mode=linear, align_corners=true)", linear.toString());
      assertEquals("Upsample(scale_factor=2.0, mode=nearest)", new Upsample(2).toString());
      assertEquals(Shape.of(1, 2, 6, 9), shape(new PixelShuffle(3), 1, 18, 2, 3));
      assertEquals(Shape.of(1, 18, 2, 3), shape(new PixelUnshuffle(3), 1, 2, 6, 9));
      assertEquals("PixelShuffle(3)", new PixelShuffle(3).toString());
      assertEquals("PixelUnshuffle(3)", new PixelUnshuffle(3).toString());
      refused(() -> new PixelShuffle(0), "PixelShuffle: upscaleFactor is 0");
      var unfold = new Unfold(3, PLAIN.padding(1));
      assertEquals(Shape.of(2, 36, 25), shape(unfold, 2, 4, 5, 5));
      assertEquals("Unfold(3, padding=1)", unfold.toString());
      assertEquals(Shape.of(36, 9), shape(new Unfold(3), 4, 5, 5));
      var fold = new Fold(5, 5, 3, PLAIN.padding(1));
      assertEquals(Shape.of(2, 4, 5, 5), shape(fold, 2, 36, 25));
      assertEquals("Fold((5, 5), 3, padding=1)", fold.toString());
      var x = Tensor.rand(1, 2, 4, 4);
      var apart = PLAIN.stride(2);
      assertArrayEquals(x.toFloats(),
          new Fold(4, 4, 2, apart).call(new Unfold(2, apart).call(x)).toFloats());
    });
  }

  @Test
  void furtherPooling() {
    OnReference.run(() -> {
      assertEquals(Shape.of(2, 3, 1, 1), shape(new GlobalAvgPool(), 2, 3, 4, 5));
      assertEquals(Shape.of(2, 3, 1), shape(new GlobalMaxPool(), 2, 3, 4));
      refused(() -> new GlobalAvgPool().call(Tensor.ones(2, 3)), "GlobalAvgPool", "[2, 3]");
      refused(() -> new GlobalMaxPool().call(Tensor.ones(2, 3)), "GlobalMaxPool", "[2, 3]");
      assertArrayEquals(new float[]{5},
          new LPPool1d(2, 2).call(Tensor.of(3f, 4f).reshape(1, 2)).toFloats(), 1e-5f);
      assertEquals(Shape.of(1, 2, 2, 1), shape(new LPPool2d(2, new int[]{2, 3}, PoolOptions.defaults()),
          1, 2, 4, 4));
      assertEquals("LPPool1d(2.0, 3, stride=1)",
          new LPPool1d(2, 3, PoolOptions.defaults().stride(1)).toString());
      assertEquals("LPPool2d(1.5, 3)", new LPPool2d(1.5, 3).toString());
      refused(() -> new LPPool1d(0, 2), "LPPool1d: normType is 0");
      refused(() -> new LPPool2d(1, 0), "LPPool2d: kernelSize is 0");
      assertEquals("GlobalAvgPool()", new GlobalAvgPool().toString());
      assertEquals("GlobalMaxPool()", new GlobalMaxPool().toString());
    });
  }

  @Test
  void normsOfImages() {
    OnReference.run(() -> {
      var group = new GroupNorm(2, 4);
      assertEquals(List.of("weight", "bias"), List.copyOf(group.stateDict().keySet()));
      assertEquals(Shape.of(4), group.weight().shape());
      assertEquals(Shape.of(4), group.bias().shape());
      assertEquals("GroupNorm(2, 4)", group.toString());
      assertEquals("GroupNorm(2, 4, eps=0.1, affine=false)", new GroupNorm(2, 4, 0.1, false).toString());
      refused(() -> new GroupNorm(3, 4), "GroupNorm: numChannels is 4", "numGroups");
      refused(() -> group.call(Tensor.ones(2, 3, 4)), "GroupNorm", "[2, 3, 4]", "4 channels");
      assertEquals(Shape.of(0, 4, 2), shape(group, 0, 4, 2));
      var instance = new InstanceNorm2d(3, 1e-5, 0.2, true, true);
      assertEquals(List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"),
          List.copyOf(instance.stateDict().keySet()));
      assertEquals("InstanceNorm2d(3, momentum=0.2, affine=true, track_running_stats=true)",
          instance.toString());
      assertTrue(new InstanceNorm1d(3).stateDict().isEmpty());
      assertNull(new InstanceNorm1d(3).weight());
      assertNull(new InstanceNorm1d(3).bias());
      refused(() -> new InstanceNorm1d(3).call(Tensor.ones(2, 4, 5)), "InstanceNorm1d", "[2, 4, 5]",
          "3 channels");
      refused(() -> new InstanceNorm1d(3).call(Tensor.ones(2, 3, 1)), "one element has no variance");
      refused(() -> new BatchNorm3d(3).call(Tensor.ones(2, 3, 4)), "BatchNorm3d", "[N, C, D, H, W]");
      assertEquals("BatchNorm3d(3, momentum=null)", new BatchNorm3d(3, 1e-5, null).toString());
      var rms = new RMSNorm(2, 4);
      assertEquals(List.of("weight"), List.copyOf(rms.stateDict().keySet()));
      assertEquals("RMSNorm([2, 4])", rms.toString());
      assertEquals("RMSNorm([4], eps=0.1, elementwise_affine=false)",
          new RMSNorm(Shape.of(4), 0.1, false).toString());
      assertNotNull(rms.weight());
      assertEquals(DType.FLOAT64,
          new RMSNorm(Shape.of(4), null, false).call(Tensor.of(1.0, 2, 3, 4)).dtype());
      refused(() -> rms.call(Tensor.ones(4)), "RMSNorm", "[4]", "[2, 4]");
      refused(() -> new RMSNorm(), "RMSNorm: normalizedShape");
    });
  }

  @Test
  void weightNormBeginsAsItsLayer() {
    OnReference.run(() -> {
      for (var layer : List.of(new Linear(4, 3), new Linear(4, 3, false))) {
        var x = Tensor.rand(2, 4);
        var normed = new WeightNorm(layer);
        assertArrayEquals(layer.call(x).toFloats(), normed.call(x).toFloats(), 1e-6f);
        assertEquals(Shape.of(3, 1), normed.weightG().shape());
        assertEquals(Shape.of(3, 4), normed.weightV().shape());
      }
      assertEquals(List.of("bias", "weight_g", "weight_v"),
          List.copyOf(new WeightNorm(new Conv2d(1, 2, 3)).stateDict().keySet()));
      assertEquals("WeightNorm(Conv1d(1, 2, 3))", new WeightNorm(new Conv1d(1, 2, 3)).toString());
      refused(() -> new WeightNorm(new Flatten()), "WeightNorm: Flatten", "no weight");
      // What is learned is not the layer's any more.
      var layer = new Linear(2, 1);
      var before = layer.weight().value().toFloats();
      var normed = new WeightNorm(layer);
      var optimizer = SGD.of(0.1).over(normed);
      normed.call(Tensor.ones(1, 2)).sum().backward();
      optimizer.step();
      assertArrayEquals(before, layer.weight().value().toFloats());
    });
  }

  @Test
  void droppingChannelsAndSamples() {
    OnReference.run(() -> {
      var y = new Dropout2d(0.25).call(Tensor.ones(50, 40, 2, 3));
      var each = y.reshape(2000, 6);
      assertEquals(0, each.max(1).sub(each.min(1)).abs().max().item(), "a channel falls as a whole");
      assertEquals(4 / 3f, y.max().item(), 1e-6);
      assertEquals(0.75, each.select(1, 0).ne(0).to(DType.FLOAT32).mean().item(), 0.05);
      assertEquals(Shape.of(4, 3, 5), shape(new Dropout1d(), 4, 3, 5));
      assertEquals(Shape.of(2, 3, 2, 2, 2), shape(new Dropout3d(), 2, 3, 2, 2, 2));
      var dropped = new DropPath(0.5).call(Tensor.ones(400, 3, 2)).reshape(400, 6);
      assertEquals(0, dropped.max(1).sub(dropped.min(1)).abs().max().item(), "a sample falls as a whole");
      assertEquals(0.5, dropped.select(1, 0).ne(0).to(DType.FLOAT32).mean().item(), 0.1);
      assertEquals(0, new Dropout1d(1).call(Tensor.ones(2, 3, 4)).abs().max().item());
      var x = Tensor.ones(2, 3, 4);
      var quiet = new Dropout1d();
      quiet.eval();
      assertEquals(x, quiet.call(x));
      assertEquals(x, new Dropout1d(0).call(x));
      assertEquals("DropPath(0.1)", new DropPath(0.1).toString());
      refused(() -> new Dropout2d(1.5), "Dropout2d: p is 1.5");
      refused(() -> new Dropout2d().call(Tensor.ones(3, 4, 5)), "Dropout2d", "[3, 4, 5]", "[N, C, H, W]");
    });
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    OnReference.run(() -> {
      var x = Tensor.randn(200, 200);
      var y = new AlphaDropout(0.2).call(x);
      assertEquals(0, y.mean().item(), 0.03);
      assertEquals(1, y.var().item(), 0.05);
      // All that fell is one value.
      double scale = 1 / Math.sqrt(0.8 * (1 + 0.2 * 1.7580993408473766 * 1.7580993408473766));
      double low = -1.7580993408473766 * scale * (1 - 0.2);
      assertEquals(0.2, y.isClose(Tensor.full(Shape.SCALAR, DType.FLOAT32, low), 1e-5, 1e-6, false)
          .to(DType.FLOAT32).mean().item(), 0.02);
      assertEquals(0, new AlphaDropout(1).call(Tensor.ones(5)).abs().max().item());
      var layer = new AlphaDropout();
      layer.eval();
      assertEquals(x, layer.call(x));
      assertEquals("AlphaDropout(0.5)", layer.toString());
    });
  }

  @Test
  void containers() {
    OnReference.run(() -> {
      var list = ModuleList.of(new Linear(2, 3), new Linear(3, 4));
      assertEquals(List.of("0.weight", "0.bias", "1.weight", "1.bias"),
          List.copyOf(list.stateDict().keySet()));
      assertEquals(2, list.size());
      assertEquals(list.get(1), list.children().get("1"));
      int count = 0;
      for (var layer : list) count += layer.weight().shape().rank();
      assertEquals(4, count);
      refused(() -> list.call(Tensor.ones(1, 2)), "ModuleList only holds modules");
      refused(() -> list.get(2), "no module 2 among 2");
      var heads = new LinkedHashMap<String, Linear>(Map.of("left", new Linear(2, 1)));
      heads.put("right", new Linear(2, 5));
      var dict = ModuleDict.of(heads);
      assertEquals(List.of("left.weight", "left.bias", "right.weight", "right.bias"),
          List.copyOf(dict.stateDict().keySet()));
      assertEquals(Shape.of(1, 5), shape(dict.get("right"), 1, 2));
      assertEquals(List.of("left", "right"), List.copyOf(dict.modules().keySet()));
      refused(() -> dict.get("rihgt"), "no module 'rihgt'", "left, right", "'right'?");
      refused(() -> dict.call(Tensor.ones(1, 2)), "ModuleDict only holds modules");
    });
  }

  @Test
  void residuals() {
    OnReference.run(() -> {
      var block = Residual.of(new Lambda(x -> x.mul(2)));
      assertArrayEquals(new float[]{3, 6}, block.call(Tensor.of(1f, 2f)).toFloats());
      var wider = Residual.of(new Linear(2, 3), new Linear(2, 3, false));
      assertEquals(List.of("body.weight", "body.bias", "shortcut.weight"),
          List.copyOf(wider.stateDict().keySet()));
      assertEquals(Shape.of(4, 3), shape(wider, 4, 2));
      refused(() -> Residual.of(new Linear(2, 3)).call(Tensor.ones(4, 2)), "Residual", "[4, 3]", "[4, 2]");
    });
  }
}
