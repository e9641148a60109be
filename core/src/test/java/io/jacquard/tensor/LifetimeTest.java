package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.ops.Elementwise;
import io.jacquard.spi.Device;
import io.jacquard.spi.OutOfDeviceMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When memory goes: with its scope, with its last handle, when something fails. */
class LifetimeTest {
  private final Device device = ReferenceBackend.device();

  private long live() {
    return device.memory().liveBytes();
  }

  @Test
  void aKeptTensorGoesWithTheOuterScope() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        Tensor kept;
        try (var _ = Scope.open()) {
          kept = Tensor.ones(1000).mul(2).keep();
          Tensor.ones(5000);
        }
        assertFalse(kept.isClosed());
        assertTrue(live() < 8000, () -> live() + " bytes");
        assertEquals(2000, kept.sum().item());
      }
    });
    assertEquals(0, live());
  }

  @Test
  void aViewKeepsItsMemory() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.of(1f, 2f, 3f);
        var view = x.slice(0, 1, 3);
        x.close();
        assertArrayEquals(new float[]{2, 3}, view.toFloats());
      }
    });
    assertEquals(0, live());
  }

  @Test
  void closingTwiceIsHarmless() {
    Device.with(device, () -> {
      var x = Tensor.zeros(3);
      x.close();
      x.close();
      assertTrue(x.isClosed());
    });
    assertEquals(0, live());
  }

  @Test
  void aLeafThatIsHeldCollectsItsGradient() {
    Device.with(device, () -> {
      // made outside of any scope, so that holding makes another handle
      var outside = Tensor.of(3f).requiresGrad().hold();
      outside.square().sum().backward();
      assertEquals(6, outside.grad().item());
      try (var _ = Scope.open()) {
        var inside = Tensor.of(3f).requiresGrad().hold();
        inside.square().sum().backward();
        assertEquals(6, inside.grad().item());
        inside.close();
      }
      outside.close();
    });
  }

  @Test
  void backwardFreesWhatTheTapeKept() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(1000).requiresGrad();
        Tensor loss;
        try (var _ = Scope.open()) {
          loss = x.exp().exp().exp().sum().keep();
        }
        long taped = live();
        loss.backward();
        assertTrue(live() <= taped - 2 * 4000, () -> taped + " bytes before, " + live() + " after");
      }
    });
    assertEquals(0, live());
  }

  @Test
  void aTapeWithoutABackwardPassDiesWithItsTensors() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(1000).requiresGrad();
        long before = live();
        try (var _ = Scope.open()) {
          x.exp().mul(x).softmax(0).sum();
        }
        assertEquals(before, live());
      }
    });
  }

  @Test
  void anOutputWithoutMemoryFreesTheOthers() {
    var small = new Device(new ReferenceBackend(12_000));
    var twice = new Elementwise("twice", Program.ofAll(in -> new Scalar[]{in[0].add(1), in[0].add(2)},
        DType.FLOAT32));
    Device.with(small, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(1024);
        long before = small.memory().liveBytes();
        var error = assertThrows(OutOfDeviceMemory.class, () -> Tensor.apply(twice, x));
        assertTrue(error.getMessage().contains("smaller batch"), error.getMessage());
        assertEquals(before, small.memory().liveBytes());
        assertEquals(2048, x.add(1).sum().item());
      }
    });
    assertEquals(0, small.memory().liveBytes());
  }

  @Test
  void gradientsFoundBeforeAFailureAreFreed() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(100).requiresGrad();
        var consumed = x.exp();
        consumed.sum().backward();
        // the square is newer, so its gradient arrives first
        var loss = x.square().sum().add(consumed.sum());
        assertThrows(RuntimeException.class, () -> Gradients.of(loss, List.of(x)));
      }
    });
    assertEquals(0, live());
  }

  @Test
  void aDestroyedLeafTakesNoGradient() {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.ones(100).requiresGrad();
        var y = x.square().sum();
        x.close();
        y.backward();
      }
    });
    assertEquals(0, live());
  }

  @Test
  void scopesOfAnotherOrderAreADefect() {
    var outer = Scope.open();
    var inner = Scope.open();
    assertThrows(IllegalStateException.class, outer::close);
    inner.close();
    outer.close();
    assertEquals(Shape.SCALAR, Shape.of());
  }
}
