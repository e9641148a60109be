package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that see gradients and outputs on their way, and may replace them. */
class HookTest {
  @Test
  void aHookSeesTheWholeGradientOnceAndMayReplaceIt() {
    OnReference.run(() -> {
      var x = Tensor.of(1f, 2f).requiresGrad();
      var h = x.mul(3);
      var seen = new ArrayList<float[]>();
      var hook = h.registerHook(g -> {
        seen.add(g.toFloats());
        return g.mul(10);
      });
      var y = h.mul(2).add(h).sum();
      y.backward(true);
      assertEquals(1, seen.size());
      assertArrayEquals(new float[]{3, 3}, seen.getFirst(), "both shares together");
      assertArrayEquals(new float[]{90, 90}, x.grad().toFloats());
      hook.remove();
      hook.close();
      y.backward();
      assertEquals(1, seen.size());
      assertArrayEquals(new float[]{99, 99}, x.grad().toFloats());
    });
  }

  @Test
  void hooksRunInOrderAndOneMayRemoveItself() {
    OnReference.run(() -> {
      var x = Tensor.scalar(1).requiresGrad();
      var order = new ArrayList<Integer>();
      var self = new Hook[1];
      self[0] = x.registerHook(g -> {
        order.add(1);
        self[0].remove();
        return g.add(1);
      });
      x.registerHook(g -> {
        order.add(2);
        return g.mul(5);
      });
      x.mul(1).backward();
      assertEquals(10, x.grad().item());
      x.mul(1).backward();
      assertEquals(List.of(1, 2, 2), order);
      assertEquals(15, x.grad().item(), "the hook sees each pass by itself, and then they are added");
    });
  }

  @Test
  void aParametersHookWorksInAnArenaAndOutsideOfOne() {
    for (boolean laidOut : new boolean[]{false, true}) {
      OnReference.run(() -> {
        var layer = new Linear(2, 2, false);
        if (laidOut) SGD.of(1).over(layer);
        var x = Tensor.ones(3, 2);
        layer.call(layer.call(x)).sum().backward(); // two shares
        var plain = layer.weight().grad().toFloats();
        layer.weight().leaf().clear();
        var calls = new int[1];
        var hook = layer.weight().registerHook(g -> {
          calls[0]++;
          return g.neg();
        });
        layer.call(layer.call(x)).sum().backward();
        for (int i = 0; i < plain.length; i++)
          assertEquals(-plain[i], layer.weight().grad().toFloats()[i], 1e-6);
        assertEquals(1, calls[0]);
        hook.remove();
        layer.weight().leaf().clear();
        layer.call(layer.call(x)).sum().backward();
        assertArrayEquals(plain, layer.weight().grad().toFloats());
      });
    }
  }

  @Test
  void hooksActOnGradientsAsValues() {
    OnReference.run(() -> {
      var x = Tensor.scalar(3).requiresGrad();
      var h = x.square();
      h.registerHook(g -> g.mul(2));
      x.registerHook(g -> g.add(0.5));
      assertEquals(2 * 3 * 2 + 0.5, Gradients.createGraph(h, x).item());
      assertEquals(2, Gradients.of(h, h).item());
      assertNull(x.grad());
    });
  }

  @Test
  void aModulesHookSeesAndReplacesItsOutput() {
    OnReference.run(() -> {
      var inner = new Tanh();
      var model = Sequential.of(new Linear(2, 2), inner);
      var x = Tensor.ones(1, 2);
      var plain = model.call(x).toFloats();
      var hook = inner.registerForwardHook((module, in, out) -> {
        assertTrue(module == inner && in != null && in.shape().equals(out.shape()));
        out.registerHook(g -> g.mul(0));
        return out.mul(2);
      });
      var y = model.call(x);
      assertArrayEquals(new float[]{2 * plain[0], 2 * plain[1]}, y.toFloats());
      y.sum().backward();
      for (var p : model.parameters()) {
        for (float g : p.grad().toFloats()) assertEquals(0, g);
      }
      hook.remove();
      assertArrayEquals(plain, model.call(x).toFloats());
    });
  }

  @Test
  void mistakesAreNamedAndNothingIsLeftBehind() {
    OnReference.run(() -> {
      var x = Tensor.of(1f, 2f).requiresGrad();
      x.registerHook(g -> g.sum());
      long before = Device.current().memory().liveBytes();
      try (var _ = Scope.open()) {
        var y = x.mul(2).sum();
        var error = assertThrows(JacquardException.class, y::backward);
        assertTrue(error.getMessage().contains("expected a tensor of the same type and shape"),
            error.getMessage());
      }
      assertEquals(before, Device.current().memory().liveBytes());
      var unrecorded = Tensor.ones(2);
      assertThrows(JacquardException.class, () -> unrecorded.registerHook(g -> g));
    });
  }
}
