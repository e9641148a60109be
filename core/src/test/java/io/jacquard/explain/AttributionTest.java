package io.jacquard.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GELU;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Explanations of networks whose answers are known, or can be computed. */
class AttributionTest {
  private static final float[] WEIGHTS = {1, -2, 0.5f, 3, 0, -1};

  /** Scores that are weighted sums of three inputs: two classes. */
  private static Module weighted() {
    var layer = new Linear(3, 2);
    layer.loadStateDict(
        Map.of("weight", Tensor.of(WEIGHTS, Shape.of(2, 3)), "bias", Tensor.of(0.1f, -0.2f)));
    return layer;
  }

  private static Module convolutional() {
    return Sequential.of(new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2),
        new Dropout(0.5), new Flatten(), new Linear(36, 8), new GELU(), new Linear(8, 3));
  }

  /** The score is the number of bright pixels, found by a convolution of one by one and summed by a linear layer. */
  private static Module counting() {
    var look = new Conv2d(1, 2, 1);
    look.loadStateDict(
        Map.of("weight", Tensor.of(new float[]{1, -1}, Shape.of(2, 1, 1, 1)), "bias", Tensor.of(0f, 0f)));
    var sum = new Linear(2 * 64, 1);
    var weights = new float[2 * 64];
    for (int i = 0; i < 64; i++) weights[i] = 1;
    sum.loadStateDict(Map.of("weight", Tensor.of(weights, Shape.of(1, 128)), "bias", Tensor.of(0f)));
    return Sequential.of(look, new ReLU(), new Flatten(), sum);
  }

  /** A picture of eight by eight with a bright square of three at row 1, column 4. */
  private static Tensor spot() {
    var pixels = new float[64];
    for (int y = 1; y < 4; y++) {
      for (int x = 4; x < 7; x++) pixels[8 * y + x] = 1;
    }
    return Tensor.of(pixels, Shape.of(1, 1, 8, 8));
  }

  @Test
  void ofAWeightedSumTheyAreTheWeights() {
    OnReference.run(() -> {
      var x = Tensor.of(new float[][]{{2, 1, -1}, {0, 3, 4}});
      var sizes = new Saliency().of(weighted(), x, 0).toFloats();
      assertArrayEquals(new float[]{1, 2, 0.5f, 1, 2, 0.5f}, sizes, 1e-6f);
      assertArrayEquals(sizes, SmoothGrad.of().of(weighted(), x, 0).toFloats(), 1e-5f);
      var parts = IntegratedGradients.of().of(weighted(), x, 0, 1).toFloats();
      assertArrayEquals(new float[]{2, -2, -0.5f, 0, 0, -4}, parts, 1e-5f);
      var beside = IntegratedGradients.of().baseline(Tensor.of(1f, 1f, 1f)).of(weighted(), x, 0).toFloats();
      assertArrayEquals(new float[]{1, 0, -1, -1, -4, 1.5f}, beside, 1e-5f);
    });
  }

  @Test
  void theClassIsTheHighestUnlessNamed() {
    OnReference.run(() -> {
      var x = Tensor.of(new float[][]{{2, 1, -1}, {-5, 0, 0}}); // 6.8 of class 1; class 0
      assertArrayEquals(new float[]{3, 0, 1, 1, 2, 0.5f}, new Saliency().of(weighted(), x).toFloats(), 1e-6f);
    });
  }

  @Test
  void integratedGradientsAreComplete() {
    OnReference.run(() -> {
      for (int round = 0; round < 3; round++) {
        var model = convolutional();
        var x = Tensor.rand(2, 1, 8, 8).mul(3);
        var how = IntegratedGradients.of();
        for (int c = 0; c < 3; c++) {
          var parts = how.of(model, x, c);
          assertEquals(x.shape(), parts.shape());
          var from = model.eval().call(Tensor.zeros(1, 1, 8, 8)).select(1, c).item();
          var to = model.call(x).select(1, c).toDoubles();
          var sums = parts.flatten(1).sum(1).toDoubles();
          var gaps = how.gap(model, x, parts, c);
          for (int i = 0; i < 2; i++) {
            assertEquals(to[i] - from, sums[i], 1e-3);
            assertEquals(sums[i] - (to[i] - from), gaps[i], 1e-5);
          }
        }
      }
    });
  }

  @Test
  void aWayThatIsTooShortSaysWhatIsMissing() {
    OnReference.run(() -> {
      // A step at a thousandth of the way: few points do not see it.
      var steep = Sequential.of(new Linear(1, 1), new ReLU(), new Linear(1, 1));
      steep.loadStateDict(Map.of("0.weight", Tensor.of(new float[][]{{-1000}}), "0.bias", Tensor.of(1f),
          "2.weight", Tensor.of(new float[][]{{5}}), "2.bias", Tensor.of(0f)));
      var x = Tensor.of(new float[][]{{1}});
      var few = new IntegratedGradients(null, 1e-3, 27);
      assertTrue(Math.abs(few.gap(steep, x, few.of(steep, x))[0]) > 1);
      var many = new IntegratedGradients(null, 0.2, 20_000);
      assertTrue(Math.abs(many.gap(steep, x, many.of(steep, x))[0]) < 1);
    });
  }

  @Test
  void whereTheSpotIs() {
    OnReference.run(() -> {
      var model = counting();
      var bright = spot().toFloats();
      for (var how : List.of(GradCam.last(), GradCam.at("1"), Occlusion.of(1, 1), IntegratedGradients.of())) {
        var map = how.of(model, spot(), 0);
        assertEquals(Shape.of(1, 1, 8, 8), map.shape());
        var scale = map.max().item();
        assertArrayEquals(bright, map.div(scale).toFloats(), 1e-3f, how.toString());
      }
      assertEquals(9, IntegratedGradients.of().of(model, spot()).sum().item(), 1e-3);
      assertEquals(1, Occlusion.of(1, 1).of(model, spot()).max().item(), 1e-5);
      // Larger squares, whose last ones stand at the border.
      var blurred = Occlusion.of(3, 2).of(model, spot()).reshape(8, 8);
      assertEquals(List.of(0f, 1f, 5f, 5f), List.of(blurred.toFloats()[8], blurred.toFloats()[10],
          blurred.toFloats()[13], blurred.toFloats()[14]), blurred.toString());
      assertEquals(0, blurred.slice(0, 5, 8).abs().max().item());
    });
  }

  @Test
  void theModelIsLeftAsItWas() {
    OnReference.run(() -> {
      var model = convolutional();
      model.train();
      var x = Tensor.rand(2, 1, 8, 8);
      var before = model.stateDict().get("1.running_mean").toFloats();
      int hooks = model.children().get("0").hooksVersion();
      try (var _ = GradMode.noGrad()) {
        for (var how : List.of(new Saliency(), new SmoothGrad(3, 0.1), IntegratedGradients.of(),
            GradCam.last(), Occlusion.of(3, 2)))
          assertFalse(how.of(model, x).isNan().any().item() != 0, how.toString());
      }
      assertTrue(model.isTraining());
      assertArrayEquals(before, model.stateDict().get("1.running_mean").toFloats());
      assertTrue(model.parameters().stream().allMatch(p -> p.grad() == null));
      assertEquals(0, hooks, "there were none");
    });
  }

  @Test
  void gradCamStretchesSmallMaps() {
    OnReference.run(() -> {
      var map = GradCam.last().of(convolutional(), Tensor.rand(3, 1, 8, 8));
      assertEquals(Shape.of(3, 1, 8, 8), map.shape());
      assertTrue(map.min().item() >= 0);
    });
  }

  private static void refused(String expected, Runnable body) {
    var message = assertThrows(JacquardException.class, body::run).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    OnReference.run(() -> {
      var x = Tensor.ones(2, 3);
      refused("there is no class 2, expected 0 to 1", () -> new Saliency().of(weighted(), x, 2));
      refused("3 classes for 2 samples", () -> new Saliency().of(weighted(), x, 0, 0, 1));
      refused("expected [N, ...] of a floating type", () -> new Saliency().of(weighted(), Tensor.of(1, 2)));
      refused("expected scores [N, classes]", () -> new Saliency().of(new ReLU(), Tensor.ones(2, 3, 4)));
      refused("expected pictures [N, C, H, W]", () -> Occlusion.of(1, 1).of(weighted(), x));
      refused("expected pictures [N, C, H, W]", () -> GradCam.last().of(weighted(), x));
      refused("expected the shape of one sample, [3]",
          () -> IntegratedGradients.of().baseline(Tensor.ones(2)).of(weighted(), x));
      refused("no layer of the model gives maps",
          () -> GradCam.last().of(Sequential.of(new Flatten(), new Linear(4, 2)), Tensor.ones(1, 1, 2, 2)));
      refused("has no layer 'conv'", () -> GradCam.at("conv").of(convolutional(), spot()));
      refused("expected [N, C, H, W]", () -> GradCam.at("6").of(convolutional(), spot()));
      refused("expected a tolerance above 0", () -> new IntegratedGradients(null, 0, 100));
      refused("1 copy or more", () -> new SmoothGrad(0, 0.1));
      refused("no pixel between two squares", () -> Occlusion.of(2, 3));
    });
  }

  /** Whose second layer nobody asks. */
  private static final class Idle extends Module {
    private final Linear used = add("used", new Linear(4, 2));
    private final Conv2d unused = add("unused", new Conv2d(1, 1, 1));

    @Override
    protected Tensor forward(Tensor x) {
      unused.call(x);
      return used.call(x.flatten(1));
    }
  }

  @Test
  void aLayerThatDoesNotMatterIsRefused() {
    OnReference.run(() -> refused("the scores do not depend on the layer",
        () -> GradCam.at("unused").of(new Idle(), Tensor.ones(1, 1, 2, 2))));
  }
}
