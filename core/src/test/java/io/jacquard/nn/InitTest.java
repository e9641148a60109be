package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Initial values: their bounds, mean and spread, by the formulas of the papers; what is exact, exactly. */
class InitTest {
  /** 12,000 values: fan in 60 * 4, fan out 50 * 4. */
  private static final Shape WEIGHT = Shape.of(50, 60, 2, 2);

  private static double[] values(Init init, Shape shape) {
    var values = new double[1][];
    Generator.with(new Generator(3), () -> {
      var floats = init.values(shape);
      values[0] = IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    });
    return values[0];
  }

  private static double std(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  private static void uniform(double bound, Init init) {
    var values = values(init, WEIGHT);
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    assertTrue(largest <= bound * (1 + 1e-6) && largest > 0.999 * bound, largest + " of " + bound);
    assertEquals(bound / Math.sqrt(3), std(values), 0.02 * bound);
    assertEquals(0, Arrays.stream(values).average().orElseThrow(), 0.02 * bound);
  }

  private static void normal(double std, Init init) {
    var values = values(init, WEIGHT);
    assertEquals(std, std(values), 0.02 * std);
    assertEquals(0, Arrays.stream(values).average().orElseThrow(), 0.03 * std);
    double beyond = Arrays.stream(values).filter(v -> Math.abs(v) > 2 * std).count() / (double) values.length;
    assertEquals(0.0455, beyond, 0.006);
  }

  @Test
  void theFansAreThoseOfPyTorch() {
    uniform(Math.sqrt(6.0 / 440), Init.xavierUniform());
    uniform(5.0 / 3 * Math.sqrt(6.0 / 440), Init.xavierUniform(Init.gain("tanh")));
    normal(Math.sqrt(2.0 / 440), Init.xavierNormal());
    normal(2 * Math.sqrt(2.0 / 440), Init.xavierNormal(2));
    uniform(Math.sqrt(6.0 / 240), Init.kaimingUniform());
    uniform(Math.sqrt(3.0 / 200), Init.kaimingUniform(Init.Fan.OUT, 1));
    normal(Math.sqrt(2.0 / 240), Init.kaimingNormal());
    normal(0.75 / Math.sqrt(200), Init.kaimingNormal(Init.Fan.OUT, Init.gain("selu")));
  }

  @Test
  void gains() {
    assertEquals(1, Init.gain("linear"));
    assertEquals(1, Init.gain("conv"));
    assertEquals(1, Init.gain("sigmoid"));
    assertEquals(5.0 / 3, Init.gain("tanh"));
    assertEquals(Math.sqrt(2), Init.gain("relu"));
    assertEquals(0.75, Init.gain("selu"));
    assertEquals(Math.sqrt(2 / 1.0001), Init.gain("leaky_relu"), 1e-15);
    assertEquals(Math.sqrt(2 / 1.25), Init.leakyReluGain(0.5), 1e-15);
    var error = assertThrows(JacquardException.class, () -> Init.gain("rlu"));
    assertTrue(error.getMessage().contains("'rlu'") && error.getMessage().contains("'relu'"),
        error.getMessage());
  }

  @Test
  void plainDistributions() {
    normal(0.3, Init.normal(0, 0.3));
    uniform(0.7, Init.uniform(-0.7, 0.7));
    assertArrayEquals(new double[]{2, 2, 2}, values(Init.constant(2), Shape.of(3)));
    assertArrayEquals(new double[]{0, 0}, values(Init.zeros(), Shape.of(2)));
    assertArrayEquals(new double[]{1, 1}, values(Init.ones(), Shape.of(2)));
    var moved = values(Init.normal(5, 2), WEIGHT);
    assertEquals(5, Arrays.stream(moved).average().orElseThrow(), 0.1);
  }

  /** Mean and standard deviation of a truncated standard normal, by numerical integration of its density. */
  private static double[] truncated(double low, double high) {
    double mass = 0;
    double first = 0;
    double second = 0;
    int steps = 200_000;
    double peak = low > 0 ? low : high < 0 ? high : 0;
    for (int i = 0; i < steps; i++) {
      double x = low + (high - low) * (i + 0.5) / steps;
      double p = Math.exp((peak * peak - x * x) / 2);
      mass += p;
      first += p * x;
      second += p * x * x;
    }
    return new double[]{first / mass, Math.sqrt(second / mass - first / mass * (first / mass))};
  }

  @ParameterizedTest
  @CsvSource({"-2, 2", "-0.5, 0.5", "0.5, 3", "-1, 0.2", "4, 6", "-9, -5", "1, 40", "0, 1.5"})
  void truncatedNormalHasTheMomentsOfItsDensity(double low, double high) {
    var expected = truncated(low, high);
    var values = values(Init.truncNormal(0, 1, low, high), WEIGHT);
    assertTrue(DoubleStream.of(values).allMatch(v -> v >= low && v <= high));
    assertEquals(expected[0], Arrays.stream(values).average().orElseThrow(), 0.04 * expected[1]);
    assertEquals(expected[1], std(values), 0.04 * expected[1]);
  }

  @Test
  void truncatedNormalIsScaledAndMoved() {
    var expected = truncated(-2, 1);
    var values = values(Init.truncNormal(10, 0.5, 9, 10.5), WEIGHT);
    assertTrue(DoubleStream.of(values).allMatch(v -> v >= 9 && v <= 10.5));
    assertEquals(10 + 0.5 * expected[0], Arrays.stream(values).average().orElseThrow(), 0.02);
    assertThrows(JacquardException.class, () -> Init.truncNormal(0, 1, 2, -2));
    assertThrows(JacquardException.class, () -> Init.truncNormal(0, 0, -2, 2));
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "5, 12", "12, 5", "1, 9", "64, 40"})
  void orthogonalRowsOrColumns(int rows, int columns) {
    var q = values(Init.orthogonal(2), Shape.of(rows, columns));
    boolean wide = rows <= columns;
    int n = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        double dot = 0;
        for (int k = 0; k < length; k++) {
          dot += wide ? q[a * columns + k] * q[b * columns + k] : q[k * columns + a] * q[k * columns + b];
        }
        assertEquals(a == b ? 4 : 0, dot, 2e-6);
      }
    }
  }

  @Test
  void eyeAndDirac() {
    assertArrayEquals(new double[]{1, 0, 0, 0, 1, 0}, values(Init.eye(), Shape.of(2, 3)));
    var dirac = values(Init.dirac(), Shape.of(3, 2, 3, 3));
    for (int i = 0; i < dirac.length; i++)
      assertEquals(i == 4 || i == 3 * 9 + 4 ? 1 : 0, dirac[i], "element " + i);
    assertThrows(JacquardException.class, () -> values(Init.eye(), Shape.of(2)));
    assertThrows(JacquardException.class, () -> values(Init.dirac(), Shape.of(2, 2)));
    assertThrows(JacquardException.class, () -> values(Init.orthogonal(), Shape.of(2)));
    assertThrows(JacquardException.class, () -> values(Init.xavierUniform(), Shape.of(2)));
  }

  @Test
  void appliesToParametersWhateverTheirLayout() {
    OnReference.run(() -> {
      var layer = new Linear(3, 2);
      Init.eye().apply(layer.weight());
      Init.constant(0.5).apply(layer.bias());
      assertArrayEquals(new float[]{4.5f, 5.5f}, layer.call(Tensor.of(4f, 5f, 6f)).toFloats());
    });
  }

  @Test
  void theGeneratorDecides() {
    for (var init : new Init[]{Init.kaimingNormal(), Init.truncNormal(0, 1, -1, 1), Init.orthogonal()}) {
      assertArrayEquals(values(init, Shape.of(4, 3)), values(init, Shape.of(4, 3)));
    }
  }
}
