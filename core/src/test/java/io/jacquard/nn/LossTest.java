package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Values and gradients of the losses against their formulas, in float64, and at the ends of the number range. */
class LossTest {
  private static final double[] LOGITS = {0.3, -1.2, 2.0, 0.1, 0.0, -0.7};
  private static final long[] LABELS = {2, 0};

  private static Tensor logits() {
    return Tensor.of(LOGITS, Shape.of(2, 3)).requiresGrad();
  }

  private static double[] softmax(int row) {
    double sum = 0;
    var p = new double[3];
    for (int c = 0; c < 3; c++) sum += p[c] = Math.exp(LOGITS[3 * row + c]);
    for (int c = 0; c < 3; c++) p[c] /= sum;
    return p;
  }

  private static double expectedCrossEntropy() {
    return -(Math.log(softmax(0)[2]) + Math.log(softmax(1)[0])) / 2;
  }

  private static double[] expectedCrossEntropyGradient() {
    var g = new double[6];
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) g[3 * n + c] = (softmax(n)[c] - (LABELS[n] == c ? 1 : 0)) / 2;
    }
    return g;
  }

  @Test
  void crossEntropy() {
    OnReference.run(() -> {
      var x = logits();
      var loss = Loss.crossEntropy().of(x, Tensor.of(LABELS));
      assertEquals(expectedCrossEntropy(), loss.item(), 1e-12);
      assertEquals(Shape.SCALAR, loss.shape());
      loss.backward();
      assertArrayEquals(expectedCrossEntropyGradient(), x.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void crossEntropyTakesInt32AndUint8Labels() {
    OnReference.run(() -> {
      assertEquals(expectedCrossEntropy(), Loss.crossEntropy().of(logits(), Tensor.of(2, 0)).item(), 1e-12);
      var bytes = Tensor.of(new byte[]{2, 0}, Shape.of(2));
      var x = logits();
      var loss = Loss.crossEntropy().of(x, bytes);
      loss.backward();
      assertArrayEquals(expectedCrossEntropyGradient(), x.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void crossEntropyTwiceDifferentiated() {
    OnReference.run(() -> {
      var x = logits();
      var direction = Tensor.of(new double[]{1, 2, -1, 0.5, 0, 3}, Shape.of(2, 3));
      var gradient = Gradients.createGraph(Loss.crossEntropy().of(x, Tensor.of(LABELS)), x);
      assertArrayEquals(expectedCrossEntropyGradient(), gradient.toDoubles(), 1e-12);
      var product = Gradients.of(gradient.mul(direction).sum(), x).toDoubles();
      // The Hessian of a row is (diag(p) - p p^T) / N.
      var v = direction.toDoubles();
      var expected = new double[6];
      for (int n = 0; n < 2; n++) {
        var p = softmax(n);
        double inner = 0;
        for (int c = 0; c < 3; c++) inner += p[c] * v[3 * n + c];
        for (int c = 0; c < 3; c++) expected[3 * n + c] = p[c] * (v[3 * n + c] - inner) / 2;
      }
      assertArrayEquals(expected, product, 1e-12);
    });
  }

  @Test
  void crossEntropyOfExtremeLogits() {
    OnReference.run(() -> {
      var x = Tensor.of(new float[][]{{-1e10f, 3, 3}, {1e30f, -1e30f, 0}, {Float.NEGATIVE_INFINITY, 0, 0}})
          .requiresGrad();
      var labels = Tensor.of(1L, 0L, 2L);
      var loss = Loss.crossEntropy().of(x, labels);
      assertEquals((Math.log(2) + 0 + Math.log(2)) / 3, loss.item(), 1e-6);
      var expected = new float[]{0, -1 / 6f, 1 / 6f, 0, 0, 0, 0, 1 / 6f, -1 / 6f};
      assertArrayEquals(expected, Gradients.of(loss, x).toFloats(), 1e-6f);
      var again = Gradients.createGraph(Loss.crossEntropy().of(x, labels), x);
      assertArrayEquals(expected, again.toFloats(), 1e-6f, "also where it is differentiated again");
      // A wrong answer that is as sure as can be costs its distance, and the gradient stays 1.
      var wrong = Tensor.of(new float[][]{{-5e4f, 5e4f}}).requiresGrad();
      var cost = Loss.crossEntropy().of(wrong, Tensor.of(0L));
      assertEquals(1e5, cost.item(), 1);
      assertArrayEquals(new float[]{-1, 1}, Gradients.of(cost, wrong).toFloats());
    });
  }

  @Test
  void labelsOutOfRangeAreRefused() {
    OnReference.run(() -> {
      var error = assertThrows(JacquardException.class,
          () -> Loss.crossEntropy().of(logits(), Tensor.of(1L, 3L)));
      assertEquals("cross_entropy: label 3 is out of range, expected 0 to 2. There are logits for 3 classes. "
          + "Check the labels, or give the model's last layer more outputs.", error.getMessage());
      assertTrue(assertThrows(JacquardException.class,
          () -> Loss.crossEntropy().of(logits(), Tensor.of(-1L, 2L))).getMessage().contains("label -1"));
      assertTrue(assertThrows(JacquardException.class,
          () -> Loss.nll().of(logits(), Tensor.of(0L, 3L))).getMessage().startsWith("nll: label 3"));
    });
  }

  @Test
  void wrongShapesAndTypesAreRefused() {
    OnReference.run(() -> {
      for (var loss : new Loss[]{Loss.crossEntropy(), Loss.nll()}) {
        assertThrows(JacquardException.class, () -> loss.of(logits(), Tensor.of(1L, 2L, 0L)));
        assertThrows(JacquardException.class, () -> loss.of(logits(), Tensor.of(1f, 2f)));
        assertThrows(JacquardException.class, () -> loss.of(logits(), Tensor.arange(2).unsqueeze(1)));
        assertThrows(JacquardException.class, () -> loss.of(Tensor.ones(2), Tensor.of(1L, 0L)));
      }
      for (var loss : new Loss[]{Loss.mse(), Loss.bce(), Loss.bceWithLogits()}) {
        var error = assertThrows(JacquardException.class, () -> loss.of(Tensor.ones(4, 1), Tensor.ones(4)));
        assertTrue(error.getMessage().contains("prediction [4, 1] and target [4]"), error.getMessage());
      }
    });
  }

  @Test
  void nllOfLogProbabilitiesIsCrossEntropy() {
    OnReference.run(() -> {
      var x = logits();
      var loss = Loss.nll().of(x.logSoftmax(1), Tensor.of(LABELS));
      assertEquals(expectedCrossEntropy(), loss.item(), 1e-12);
      loss.backward();
      assertArrayEquals(expectedCrossEntropyGradient(), x.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void nllMindsOnlyTheLabelledClass() {
    OnReference.run(() -> {
      var logP = Tensor.of(new float[][]{{Float.NEGATIVE_INFINITY, -0.5f}}).requiresGrad();
      var loss = Loss.nll().of(logP, Tensor.of(1L));
      assertEquals(0.5, loss.item());
      loss.backward();
      assertArrayEquals(new float[]{0, -1}, logP.grad().toFloats());
    });
  }

  @Test
  void mse() {
    OnReference.run(() -> {
      var p = Tensor.of(1.0, 2.0, -1.0, 0.5).requiresGrad();
      var t = Tensor.of(0.0, 2.0, 1.0, 1.0).requiresGrad();
      var loss = Loss.mse().of(p, t);
      assertEquals((1 + 0 + 4 + 0.25) / 4, loss.item(), 1e-12);
      loss.backward();
      assertArrayEquals(new double[]{0.5, 0, -1, -0.25}, p.grad().toDoubles(), 1e-12);
      assertArrayEquals(new double[]{-0.5, 0, 1, 0.25}, t.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void bce() {
    OnReference.run(() -> {
      double[] ps = {0.2, 0.9, 0.5};
      double[] ts = {0, 1, 0.25};
      var p = Tensor.of(ps).requiresGrad();
      var loss = Loss.bce().of(p, Tensor.of(ts));
      double sum = 0;
      var gradient = new double[3];
      for (int i = 0; i < 3; i++) {
        sum -= ts[i] * Math.log(ps[i]) + (1 - ts[i]) * Math.log(1 - ps[i]);
        gradient[i] = (ps[i] - ts[i]) / (ps[i] * (1 - ps[i])) / 3;
      }
      assertEquals(sum / 3, loss.item(), 1e-12);
      loss.backward();
      assertArrayEquals(gradient, p.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void bceOfCertaintyIsHeldAtOneHundred() {
    OnReference.run(() -> {
      var p = Tensor.of(0f, 1f, 0f, 1f).requiresGrad();
      var loss = Loss.bce().of(p, Tensor.of(0f, 1f, 1f, 0f));
      assertEquals(50, loss.item(), 1e-5); // right, right, wrong, wrong
      loss.backward();
      for (float g : p.grad().toFloats()) assertTrue(Float.isFinite(g), "gradient " + g);
    });
  }

  @Test
  void bceWithLogitsIsBceOfTheSigmoid() {
    OnReference.run(() -> {
      double[] xs = {-3, 0, 0.4, 5};
      double[] ts = {0, 1, 0.3, 0};
      var x = Tensor.of(xs).requiresGrad();
      var loss = Loss.bceWithLogits().of(x, Tensor.of(ts));
      assertEquals(Loss.bce().of(Tensor.of(xs).sigmoid(), Tensor.of(ts)).item(), loss.item(), 1e-12);
      loss.backward();
      var gradient = new double[4];
      for (int i = 0; i < 4; i++) gradient[i] = (1 / (1 + Math.exp(-xs[i])) - ts[i]) / 4;
      assertArrayEquals(gradient, x.grad().toDoubles(), 1e-12);
    });
  }

  @Test
  void bceWithLogitsCannotOverflow() {
    OnReference.run(() -> {
      var x = Tensor.of(1000f, -1000f, 1000f, -1000f).requiresGrad();
      var loss = Loss.bceWithLogits().of(x, Tensor.of(1f, 0f, 0f, 1f));
      assertEquals(500, loss.item(), 1e-3);
      loss.backward();
      assertArrayEquals(new float[]{0, 0, 0.25f, -0.25f}, x.grad().toFloats(), 1e-6f);
    });
  }
}
