package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tape: what it computes, what it refuses, and that it keeps no memory. */
class AutogradTest {
  private static void on(Runnable body) {
    var device = ReferenceBackend.device();
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    });
    assertEquals(0, device.memory().liveBytes(), "memory is still held after the scope was closed");
  }

  @Test
  void productsAndSumsFollowTheChainRule() {
    on(() -> {
      var x = Tensor.of(new float[][]{{1, 2}, {3, 4}}).requiresGrad();
      var w = Tensor.of(new float[][]{{1, -1}, {2, 0}}).requiresGrad();
      x.matmul(w).mul(x).sum().backward();
      // d/dx sum((xw) * x) = xw + x w^T, d/dw = x^T x
      assertArrayEquals(new float[]{5 - 1, -1 + 2, 11 - 1, -3 + 6}, x.grad().toFloats());
      assertArrayEquals(new float[]{10, 14, 14, 20}, w.grad().toFloats());
    });
  }

  @Test
  void broadcastInputsGetTheSumOfTheirGradients() {
    on(() -> {
      var x = Tensor.of(new float[][]{{1, 2, 3}, {4, 5, 6}}).requiresGrad();
      var row = Tensor.of(1, 10, 100).to(DType.FLOAT32).requiresGrad();
      var one = Tensor.scalar(2).requiresGrad();
      x.mul(row).mul(one).sum().backward();
      assertArrayEquals(new float[]{10, 14, 18}, row.grad().toFloats());
      assertEquals(1 + 20 + 300 + 4 + 50 + 600, one.grad().item());
      assertArrayEquals(new float[]{2, 20, 200, 2, 20, 200}, x.grad().toFloats());
    });
  }

  @Test
  void gradientsOfGradientsExist() {
    on(() -> {
      var x = Tensor.scalar(3).requiresGrad();
      var dy = Gradients.createGraph(x.pow(3), x);
      var d2y = Gradients.createGraph(dy, x);
      assertEquals(27, dy.item(), 1e-4);
      assertEquals(18, d2y.item(), 1e-4);
      assertEquals(6, Gradients.of(d2y, x).item(), 1e-4);
      assertNull(x.grad(), "Gradients must not touch the leaves");
    });
  }

  @Test
  void gradientsAddUpOverPasses() {
    on(() -> {
      var x = Tensor.of(1f, 2f).requiresGrad();
      x.square().sum().backward();
      x.square().sum().backward();
      assertArrayEquals(new float[]{4, 8}, x.grad().toFloats());
      ((Leaf) x.source()).clear();
    });
  }

  @Test
  void viewsPassGradientsThrough() {
    on(() -> {
      var x = Tensor.arange(24).to(DType.FLOAT32).reshape(2, 3, 4).detach().requiresGrad();
      var y = x.permute(2, 0, 1).slice(0, 1, 4, 2).reshape(2, 6).expand(5, 2, 6);
      y.mul(y).sum().backward();
      var expected = new float[24];
      for (int i = 0; i < 24; i++) expected[i] = i % 4 == 1 || i % 4 == 3 ? 10 * i : 0;
      assertArrayEquals(expected, x.grad().toFloats());
    });
  }

  @Test
  void rowsThatRepeatAddUp() {
    on(() -> {
      var table = Tensor.of(new float[][]{{1, 2}, {3, 4}, {5, 6}}).requiresGrad();
      table.gatherRows(Tensor.of(2L, 0L, 2L)).sum().backward();
      assertArrayEquals(new float[]{1, 1, 0, 0, 2, 2}, table.grad().toFloats());
    });
  }

  @Test
  void concatAndStackSplitTheGradient() {
    on(() -> {
      var a = Tensor.of(1f, 2f).requiresGrad();
      var b = Tensor.of(3f).requiresGrad();
      Tensor.concat(0, a, b).mul(Tensor.of(1f, 10f, 100f)).sum().backward();
      assertArrayEquals(new float[]{1, 10}, a.grad().toFloats());
      assertArrayEquals(new float[]{100}, b.grad().toFloats());
      assertEquals(Shape.of(2, 2), Tensor.stack(1, a, a).shape());
    });
  }

  @Test
  void softmaxAndItsLogarithmAgree() {
    on(() -> {
      var x = Tensor.of(new float[][]{{1, 2, 3}, {1000, 1001, 1002}}).requiresGrad();
      var p = x.softmax(1);
      assertArrayEquals(p.log().toFloats(), x.logSoftmax(-1).toFloats(), 1e-5f);
      var byLog = Gradients.of(x.logSoftmax(1).select(1, 0).sum(), x).toFloats();
      var byHand = Gradients.of(p.log().select(1, 0).sum(), x).toFloats();
      assertArrayEquals(byHand, byLog, 1e-5f);
    });
  }

  @Test
  void aSecondPassThroughAFreedGraphIsRefused() {
    on(() -> {
      var x = Tensor.scalar(3).requiresGrad();
      var y = x.exp();
      y.backward();
      var error = assertThrows(JacquardException.class, y::backward);
      assertTrue(error.getMessage().contains("second time"), error.getMessage());
    });
  }

  @Test
  void whatHasNoGradientSaysSo() {
    on(() -> {
      assertThrows(JacquardException.class, () -> Tensor.scalar(1).backward());
      assertThrows(JacquardException.class, () -> Tensor.of(1L).requiresGrad());
      var x = Tensor.of(1f, 2f).requiresGrad();
      assertThrows(JacquardException.class, () -> x.exp().backward());
      var error = assertThrows(JacquardException.class,
          () -> Gradients.of(x.sum(), Tensor.scalar(1).requiresGrad()));
      assertTrue(error.getMessage().contains("does not depend"), error.getMessage());
      try (var _ = GradMode.noGrad()) {
        assertThrows(JacquardException.class, () -> x.sum().backward());
      }
    });
  }

  @Test
  void aThousandLayersNeedNoRecursion() {
    on(() -> {
      var x = Tensor.of(1f).requiresGrad();
      var y = x;
      for (int i = 0; i < 20_000; i++) y = y.add(0.5);
      Gradients.of(List.of(y).getFirst(), x).item();
      y.sum();
    });
  }

  @Test
  void anExceptionInsideALoopLeaksNothing() {
    on(() -> assertThrows(JacquardException.class, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.of(1f, 2f).requiresGrad();
        x.exp().mul(x).matmul(Tensor.of(1f, 2f, 3f));
      }
    }));
  }

  @Test
  void tensorsPrintAsInPyTorch() {
    on(() -> {
      assertEquals("tensor([[1.5000, 2.0000],\n        [3.0000, 4.2500]])",
          Tensor.of(new float[][]{{1.5f, 2}, {3, 4.25f}}).toString().replace("device=reference", "")
              .replace(", )", ")"));
    });
  }
}
