package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Parameter;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients held in bounds, in an arena, outside of one, and with some left out. */
class GradClipTest {
  private static Sequential model() {
    return Sequential.of(new Linear(3, 5), new Linear(5, 2), new Linear(2, 4));
  }

  private static List<float[]> gradients(List<Parameter> parameters) {
    var all = new ArrayList<float[]>();
    for (var p : parameters) all.add(p.grad() == null ? new float[0] : p.grad().toFloats());
    return all;
  }

  private static double norm(List<float[]> gradients, double p) {
    double sum = 0;
    for (var g : gradients) {
      for (float v : g)
        sum = Double.isInfinite(p) ? Math.max(sum, Math.abs(v)) : sum + Math.pow(Math.abs(v), p);
    }
    return Double.isInfinite(p) ? sum : Math.pow(sum, 1 / p);
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 1, 3, Double.POSITIVE_INFINITY})
  void theNormIsThatOfAllTouchedGradientsTogether(double p) {
    for (boolean laidOut : new boolean[]{true, false}) {
      OnReference.run(() -> {
        var model = model();
        var middle = (Linear) model.children().get("1");
        if (laidOut) SGD.of(1).over(model);
        // A step that touches all leaves values in the arena, which an untouched parameter must not bring in.
        model.call(Tensor.ones(2, 3)).square().sum().backward();
        model.parameters().forEach(q -> q.leaf().clear());
        middle.freeze();
        model.call(Tensor.ones(2, 3)).square().sum().backward();
        assertNull(middle.weight().grad());
        var before = gradients(model.parameters());
        double expected = norm(before, p);
        var found = GradClip.norm(model.parameters(), 0.5, p);
        assertEquals(expected, found.item(), 1e-5 * expected);
        double factor = Math.min(1, 0.5 / (expected + 1e-6));
        assertTrue(factor < 1, "otherwise nothing is tested");
        var after = gradients(model.parameters());
        for (int i = 0; i < before.size(); i++) {
          for (int k = 0; k < before.get(i).length; k++)
            assertEquals(factor * before.get(i)[k], after.get(i)[k], 1e-5 * Math.abs(before.get(i)[k]));
        }
      });
    }
  }

  @Test
  void smallGradientsStayBitForBit() {
    OnReference.run(() -> {
      var model = model();
      SGD.of(1).over(model);
      model.call(Tensor.ones(2, 3)).square().sum().backward();
      var before = gradients(model.parameters());
      GradClip.byNorm(1e6).clip(model.parameters());
      var after = gradients(model.parameters());
      for (int i = 0; i < before.size(); i++) assertArrayEquals(before.get(i), after.get(i));
    });
  }

  @Test
  void twoLeavesMayShareAGradientsMemory() {
    OnReference.run(() -> {
      var a = new Linear(2, 1, false);
      var b = new Linear(2, 1, false);
      a.weight().value().add(b.weight().value()).mul(Tensor.of(3f, -4f)).sum().backward();
      GradClip.value(a.parameters(), 2);
      assertArrayEquals(new float[]{2, -2}, a.weight().grad().toFloats());
      assertArrayEquals(new float[]{3, -4}, b.weight().grad().toFloats());
      var norm = GradClip.norm(List.of(a.weight(), b.weight()), 1);
      assertEquals(Math.sqrt(4 + 4 + 9 + 16), norm.item(), 1e-5);
    });
  }

  @Test
  void valuesAreHeldInBoundsAndNanStays() {
    OnReference.run(() -> {
      var a = new Linear(3, 1, false);
      SGD.of(1).over(a);
      a.weight().value().mul(Tensor.of(5f, Float.NaN, -0.1f)).sum().backward();
      GradClip.byValue(0.25).clip(a.parameters());
      assertArrayEquals(new float[]{0.25f, Float.NaN, -0.1f}, a.weight().grad().toFloats());
      assertTrue(Double.isNaN(GradClip.norm(a.parameters(), 1).item()));
    });
  }

  @Test
  void withoutGradientsTheNormIsZeroAndNoMemoryIsHeld() {
    OnReference.run(() -> {
      var model = model();
      assertEquals(0, GradClip.norm(model.parameters(), 1).item());
      SGD.of(1).over(model);
      model.call(Tensor.ones(2, 3)).sum().backward();
      long before = Device.current().memory().liveBytes();
      try (var _ = Scope.open()) {
        GradClip.norm(model.parameters(), 1);
        GradClip.value(model.parameters(), 1);
      }
      assertEquals(before, Device.current().memory().liveBytes());
    });
  }

  @Test
  void boundsOutOfRangeAreRefused() {
    assertThrows(JacquardException.class, () -> GradClip.byNorm(-1));
    assertThrows(JacquardException.class, () -> GradClip.byValue(Double.NaN));
    assertThrows(JacquardException.class, () -> GradClip.norm(List.of(), 1, 0));
  }

  @Test
  void halvesAreMeasuredInFloat32() {
    for (var type : new DType[]{DType.BFLOAT16, DType.FLOAT16}) {
      OnReference.run(() -> {
        var layer = new Linear(3, 1, false);
        layer.to(type);
        SGD.of(1).over(layer);
        layer.weight().value().mul(Tensor.of(3f, 0f, -4f).to(type)).sum().backward();
        var norm = GradClip.norm(layer.parameters(), 1);
        assertEquals(DType.FLOAT32, norm.dtype());
        assertEquals(5, norm.item(), 1e-6);
        assertArrayEquals(new float[]{0.6f, 0, -0.8f}, layer.weight().grad().toFloats(), 4e-3f);
        GradClip.value(layer.parameters(), 0.5);
        assertArrayEquals(new float[]{0.5f, 0, -0.5f}, layer.weight().grad().toFloats());

        var average = WeightAverage.of(layer);
        average.update();
        layer.weight().assign(Tensor.zeros(1, 3));
        average.update();
        var mean = average.values().get("weight");
        assertEquals(DType.FLOAT32, mean.dtype());
        try (var _ = average.applied()) {
          assertEquals(type, layer.weight().dtype());
          assertArrayEquals(mean.to(type).toFloats(), layer.weight().value().toFloats());
        }
        assertArrayEquals(new float[3], layer.weight().value().toFloats());
      });
    }
  }
}
