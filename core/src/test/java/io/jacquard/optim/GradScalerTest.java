package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.nn.Linear;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rule of the scale, and steps that are left out. */
class GradScalerTest {
  /** One step of a layer whose gradient is that of {@code sum(x w)}: x. */
  private static void step(Linear layer, Optimizer optimizer, GradScaler scaler, double x) {
    optimizer.zeroGrad();
    scaler.scale(layer.call(Tensor.of((float) x).reshape(1, 1)).sum()).backward();
    scaler.unscale(optimizer.parameters());
    scaler.step(optimizer);
  }

  private static double scale(GradScaler scaler) {
    return scaler.scale().item();
  }

  @Test
  void theScaleGrowsAfterGoodStepsAndIsHalvedByAnOverflow() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1, false);
      var optimizer = SGD.of(0.25).over(layer);
      try (var scaler = GradScaler.on(Device.current(), 8, 3)) {
        double w = layer.weight().value().item();
        for (int i = 0; i < 2; i++) step(layer, optimizer, scaler, 1);
        assertEquals(8, scale(scaler));
        step(layer, optimizer, scaler, 1);
        assertEquals(16, scale(scaler));
        assertEquals(w - 0.75, layer.weight().value().item(), 1e-6);
        step(layer, optimizer, scaler, Double.POSITIVE_INFINITY);
        assertEquals(8, scale(scaler));
        step(layer, optimizer, scaler, Double.NaN);
        assertEquals(4, scale(scaler));
        assertEquals(w - 0.75, layer.weight().value().item(), 1e-6);
        for (int i = 0; i < 2; i++) step(layer, optimizer, scaler, 1);
        assertEquals(4, scale(scaler));
        step(layer, optimizer, scaler, 1);
        assertEquals(8, scale(scaler));
        assertEquals(w - 1.5, layer.weight().value().item(), 1e-6);
      }
    });
  }

  @Test
  void aStepThatIsLeftOutLeavesNoTrace() {
    OnReference.run(() -> {
      var one = new Linear(1, 1, false);
      var other = new Linear(1, 1, false);
      other.loadStateDict(one.stateDict());
      var ofOne = Adam.of(0.1).over(one);
      var ofOther = Adam.of(0.1).over(other);
      try (var scaler = GradScaler.on(Device.current(), 4, 1000);
          var unbroken = GradScaler.on(Device.current(), 4, 1000)) {
        for (double x : new double[]{1, Double.NaN, -2, Double.NEGATIVE_INFINITY, 3})
          step(one, ofOne, scaler, x);
        for (double x : new double[]{1, -2, 3}) step(other, ofOther, unbroken, x);
      }
      var state = ofOne.stateDict(one);
      ofOther.stateDict(other).forEach((key, value) -> assertArrayEquals(value.toDoubles(),
          java.util.Objects.requireNonNull(state.get(key)).toDoubles(), key));
      assertEquals(3, state.get("weight.step").item());
      assertEquals(other.weight().value().item(), one.weight().value().item());
    });
  }

  @Test
  void gradientsAreThoseOfTheLossItself() {
    OnReference.run(() -> {
      var layer = new Linear(2, 1);
      try (var scaler = GradScaler.on(Device.current())) {
        assertEquals(65536, scale(scaler));
        scaler.scale(layer.call(Tensor.of(new float[][]{{3, -5}})).sum()).backward();
        assertArrayEquals(new float[]{3 * 65536, -5 * 65536}, layer.weight().grad().toFloats());
        scaler.unscale(layer.parameters());
        assertArrayEquals(new float[]{3, -5}, layer.weight().grad().toFloats());
      }
    });
  }

  @Test
  void itGoesOnFromItsState() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1, false);
      var optimizer = SGD.of(0.25).over(layer);
      try (var scaler = GradScaler.on(Device.current(), 8, 3);
          var next = GradScaler.on(Device.current(), 1, 3)) {
        step(layer, optimizer, scaler, 1);
        step(layer, optimizer, scaler, 1);
        next.loadStateDict(scaler.stateDict());
        assertEquals(8, scale(next));
        step(layer, optimizer, next, 1);
        assertEquals(16, scale(next));
        assertThrows(JacquardException.class, () -> next.loadStateDict(Map.of("scale", Tensor.ones(1))));
      }
      assertThrows(JacquardException.class, () -> GradScaler.on(Device.current(), 0, 3));
      assertThrows(JacquardException.class, () -> GradScaler.on(Device.current(), 1, 0));
    });
  }
}
