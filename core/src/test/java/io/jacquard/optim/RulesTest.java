package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten steps of each rule against a loop in double precision that follows PyTorch's documented algorithm. */
class RulesTest {
  private static final int STEPS = 10;
  private static final double[] BEGIN = {0.5, -1.5, 2, 0.0137, -0.3, 1};
  private static final double[] TARGET = {1, 1, -1, 0, 0.5, -2};
  /** Curvatures that differ, so that Adam's second moments do. */
  private static final double[] CURVATURE = {1, 10, 0.1, 100, 3, 0};

  /** The gradient of sum(curvature * (p - target)^2) / 2. */
  private static double gradient(double p, int i) {
    return CURVATURE[i] * (p - TARGET[i]);
  }

  /** The parameter after ten steps, by the optimizer under test. */
  private static float[] run(Rule rule, UnaryOperator<Optimizer> before) {
    var result = new float[1][];
    OnReference.run(() -> {
      var layer = new Linear(3, 2, false);
      layer.weight().assign(Tensor.of(BEGIN, Shape.of(2, 3)));
      var target = floats(TARGET);
      var curvature = floats(CURVATURE);
      var optimizer = before.apply(rule.over(layer));
      for (int step = 0; step < STEPS; step++) {
        try (var _ = Scope.open()) {
          optimizer.zeroGrad();
          layer.weight().value().sub(target).square().mul(curvature).sum().mul(0.5).backward();
          optimizer.step();
        }
      }
      result[0] = layer.weight().value().toFloats();
    });
    return result[0];
  }

  private static Tensor floats(double[] values) {
    return Tensor.of(values, Shape.of(2, 3)).to(DType.FLOAT32);
  }

  private static void assertClose(double[] expected, float[] found) {
    for (int i = 0; i < expected.length; i++)
      assertEquals(expected[i], found[i], 1e-5 * Math.max(1, Math.abs(expected[i])), "element " + i);
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0, 0", "0.01, 0.9, 0", "0.01, 0, 0.1", "0.005, 0.9, 0.1", "0, 0.9, 0.1"})
  void sgd(double lr, double momentum, double weightDecay) {
    var p = BEGIN.clone();
    var buffer = new double[p.length];
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < p.length; i++) {
        double g = gradient(p[i], i) + weightDecay * p[i];
        buffer[i] = step == 0 ? g : momentum * buffer[i] + g;
        p[i] -= lr * (momentum == 0 ? g : buffer[i]);
      }
    }
    assertClose(p, run(SGD.of(lr).withMomentum(momentum).withWeightDecay(weightDecay), o -> o));
  }

  @ParameterizedTest
  @CsvSource({"0.001, 0.9, 0.999, 0", "0.1, 0.9, 0.999, 0", "0.1, 0.5, 0.9, 0.2", "0.01, 0, 0, 0"})
  void adam(double lr, double beta1, double beta2, double weightDecay) {
    assertClose(adamByHand(lr, beta1, beta2, weightDecay),
        run(Adam.of(lr).withBetas(beta1, beta2).withWeightDecay(weightDecay), o -> o));
  }

  private static double[] adamByHand(double lr, double beta1, double beta2, double weightDecay) {
    var p = BEGIN.clone();
    var m = new double[p.length];
    var v = new double[p.length];
    for (int t = 1; t <= STEPS; t++) {
      for (int i = 0; i < p.length; i++) {
        double g = gradient(p[i], i) + weightDecay * p[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        double mHat = m[i] / (1 - Math.pow(beta1, t));
        double vHat = v[i] / (1 - Math.pow(beta2, t));
        p[i] -= lr * mHat / (Math.sqrt(vHat) + 1e-8);
      }
    }
    return p;
  }

  @Test
  void theLearningRateCanBeChanged() {
    assertClose(adamByHand(0.05, 0.9, 0.999, 0), run(Adam.of(1), optimizer -> {
      assertEquals(1, optimizer.lr());
      optimizer.setLr(0.05);
      assertEquals(0.05, optimizer.lr());
      return optimizer;
    }));
  }

  @Test
  void withALearningRateOfZeroNothingMoves() {
    var begin = new float[BEGIN.length];
    for (int i = 0; i < begin.length; i++) begin[i] = (float) BEGIN[i];
    assertArrayEquals(begin, run(Adam.of(0), o -> o));
  }

  @Test
  void hyperparametersOutOfRangeAreRefused() {
    assertEquals("SGD: lr is -0.1, expected a number from 0 on.",
        assertThrows(JacquardException.class, () -> SGD.of(-0.1)).getMessage());
    assertThrows(JacquardException.class, () -> SGD.of(Double.NaN));
    assertThrows(JacquardException.class, () -> SGD.of(1).withMomentum(-1));
    assertThrows(JacquardException.class, () -> SGD.of(1).withWeightDecay(Double.POSITIVE_INFINITY));
    assertThrows(JacquardException.class, () -> Adam.of(1).withBetas(1, 0.9));
    assertThrows(JacquardException.class, () -> Adam.of(1).withBetas(0.9, Double.NaN));
    OnReference.run(() -> {
      var optimizer = SGD.of(1).over(new Linear(1, 1));
      assertThrows(JacquardException.class, () -> optimizer.setLr(-1));
      assertEquals(1, optimizer.lr());
    });
  }
}
