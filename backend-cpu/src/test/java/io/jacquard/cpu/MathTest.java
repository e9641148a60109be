package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.Set;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors agree with scalars in every bit, and scalars with float64 to 2 units in the last place. */
class MathTest {
  /** Apart by a prime, so that a sweep meets every exponent with many mantissas. */
  private static final int STEP = 4099;

  private static final Set<String> ODD = Set.of("sin", "tanh", "erf", "expm1", "log1p", "floor", "ceil",
      "round", "trunc");

  private interface Scalar {
    float of(float x);
  }

  private interface Lanes {
    FloatVector of(FloatVector x);
  }

  /** @param ulps the largest error allowed */
  private record Function(String name, Scalar scalar, Lanes lanes, DoubleUnaryOperator exact, double ulps) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Function> functions() {
    return Stream.of(new Function("exp", FloatMath::exp, VectorMath::exp, StrictMath::exp, 2),
        new Function("expm1", FloatMath::expm1, VectorMath::expm1, StrictMath::expm1, 2),
        new Function("log", FloatMath::log, VectorMath::log, StrictMath::log, 2),
        new Function("log1p", FloatMath::log1p, VectorMath::log1p, StrictMath::log1p, 2),
        new Function("sin", FloatMath::sin, VectorMath::sin, StrictMath::sin, 2),
        new Function("cos", FloatMath::cos, VectorMath::cos, StrictMath::cos, 2),
        new Function("tanh", FloatMath::tanh, VectorMath::tanh, StrictMath::tanh, 2),
        new Function("sigmoid", FloatMath::sigmoid, VectorMath::sigmoid, DoubleMath::sigmoid, 2),
        new Function("erf", FloatMath::erf, VectorMath::erf, DoubleMath::erf, 2),
        new Function("sqrt", FloatMath::sqrt, VectorMath::sqrt, Math::sqrt, 0.5),
        new Function("rsqrt", FloatMath::rsqrt, VectorMath::rsqrt, x -> 1 / Math.sqrt(x), 1.5),
        new Function("round", FloatMath::round, VectorMath::round, Math::rint, 0),
        new Function("floor", FloatMath::floor, VectorMath::floor, Math::floor, 0),
        new Function("ceil", FloatMath::ceil, VectorMath::ceil, Math::ceil, 0),
        new Function("trunc", FloatMath::trunc, VectorMath::trunc, DoubleMath::trunc, 0),
        new Function("sign", FloatMath::sign, VectorMath::sign, Math::signum, 0),
        new Function("neg", FloatMath::neg, VectorMath::neg, x -> -x, 0),
        new Function("abs", FloatMath::abs, VectorMath::abs, Math::abs, 0));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void lanesEqualScalarsAndBothAreAccurate(Function f) {
    var x = new float[Simd.LANES];
    int filled = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STEP) {
      x[filled++] = Float.intBitsToFloat((int) bits);
      if (filled == x.length) {
        check(f, x);
        filled = 0;
      }
    }
    for (float special : new float[]{0f, -0f, 1f, -1f, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE, 0.5f, 1.5f,
        2.5f,
        -0.5f, 88.72283f, 88.72284f, -103.97f, -103.98f, 0x1p23f, 0x1p23f - 0.5f, 1e5f, 100_000.01f}) {
      java.util.Arrays.fill(x, special);
      check(f, x);
    }
  }

  private static void check(Function f, float[] x) {
    var lanes = f.lanes.of(FloatVector.fromArray(Simd.FLOATS, x, 0)).toArray();
    for (int i = 0; i < x.length; i++) {
      float y = f.scalar.of(x[i]);
      if (Float.floatToIntBits(y) != Float.floatToIntBits(lanes[i]))
        assertEquals(y, lanes[i], f.name + " of " + x[i] + ": scalar and lane differ");
      double exact = f.exact.applyAsDouble(x[i]);
      if (!isNear(exact, y, f.ulps)) assertEquals(exact, y, f.name + " of " + x[i]);
    }
  }

  private static boolean isNear(double exact, float y, double ulps) {
    if (Double.isNaN(exact) || Float.isNaN(y)) return Double.isNaN(exact) && Float.isNaN(y);
    float rounded = (float) exact;
    if (Float.isInfinite(rounded) || Float.isInfinite(y))
      return rounded == y || Math.abs(Math.abs(exact) - Float.MAX_VALUE) < 2 * Math.ulp(Float.MAX_VALUE);
    return Math.abs(y - exact) <= ulps * Math.ulp(rounded);
  }

  @Test
  void zerosKeepTheirSigns() {
    for (var f : functions().filter(f -> ODD.contains(f.name)).toList()) {
      assertEquals(-0f, f.scalar.of(-0f), f.name);
      assertEquals(0f, f.scalar.of(0f), f.name);
    }
  }

  @Test
  void extremesPropagateNan() {
    float nan = Float.NaN;
    assertTrue(Float.isNaN(FloatMath.max(nan, 1)) && Float.isNaN(FloatMath.max(1, nan)));
    assertTrue(Float.isNaN(FloatMath.min(nan, 1)) && Float.isNaN(FloatMath.min(1, nan)));
    assertTrue(Double.isNaN(DoubleMath.max(nan, 1)) && Double.isNaN(DoubleMath.min(1, nan)));
  }

  @Test
  void powerIsThatOfC() {
    assertEquals(1f, FloatMath.pow(1, Float.NaN));
    assertEquals(1f, FloatMath.pow(Float.NaN, 0));
    assertEquals(1f, FloatMath.pow(-1, Float.POSITIVE_INFINITY));
    assertEquals(1024f, FloatMath.pow(2, 10));
    assertTrue(Float.isNaN(FloatMath.pow(-2, 0.5f)));
  }

  /** Values of the error function to 20 digits, from Abramowitz and Stegun's table 7.1 and its complement. */
  @Test
  void errorFunctionInDoublePrecision() {
    double[][] table = {{0.1, 0.1124629160182848922}, {0.5, 0.5204998778130465377},
        {1, 0.8427007929497148693},
        {1.2, 0.9103139782296353802}, {2, 0.9953222650189527342}, {3, 0.9999779095030014146}};
    for (var row : table) assertEquals(row[1], DoubleMath.erf(row[0]), 2 * Math.ulp(row[1]), "erf " + row[0]);
  }
}
