package io.jacquard.expr;

import static io.jacquard.DType.BOOL;
import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.FLOAT64;
import static io.jacquard.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients against central differences, PyTorch's conventions where differences say nothing, and what is kept out. */
class DerivativeTest {
  private static Gradients of(Function<Scalar[], Scalar> body, int inputs) {
    return new Gradients(
        Program.of(body, IntStream.range(0, inputs).mapToObj(_ -> FLOAT64).toArray(DType[]::new)));
  }

  private static double slope(UnaryOperator<Scalar> body, double at) {
    return of(in -> body.apply(in[0]), 1).at(new double[]{at}, 1)[0];
  }

  private record Rule(String name, int inputs, Function<Scalar[], Scalar> body, double low, double high) {}

  private static final List<Rule> RULES = List.of(new Rule("neg", 1, in -> in[0].neg(), -3, 3),
      new Rule("abs", 1, in -> in[0].abs(), -3, 3), new Rule("sqrt", 1, in -> in[0].sqrt(), 0.1, 9),
      new Rule("rsqrt", 1, in -> in[0].rsqrt(), 0.1, 9), new Rule("exp", 1, in -> in[0].exp(), -3, 3),
      new Rule("expm1", 1, in -> in[0].expm1(), -3, 3), new Rule("log", 1, in -> in[0].log(), 0.1, 9),
      new Rule("log1p", 1, in -> in[0].log1p(), -0.8, 5), new Rule("sin", 1, in -> in[0].sin(), -6, 6),
      new Rule("cos", 1, in -> in[0].cos(), -6, 6), new Rule("tanh", 1, in -> in[0].tanh(), -3, 3),
      new Rule("sigmoid", 1, in -> in[0].sigmoid(), -6, 6), new Rule("erf", 1, in -> in[0].erf(), -2.5, 2.5),
      new Rule("add", 2, in -> in[0].add(in[1]), -3, 3), new Rule("sub", 2, in -> in[0].sub(in[1]), -3, 3),
      new Rule("mul", 2, in -> in[0].mul(in[1]), -3, 3), new Rule("div", 2, in -> in[0].div(in[1]), 0.3, 3),
      new Rule("min", 2, in -> in[0].min(in[1]), -3, 3), new Rule("max", 2, in -> in[0].max(in[1]), -3, 3),
      new Rule("pow", 2, in -> in[0].pow(in[1]), 0.2, 3),
      new Rule("pow 2.5", 1, in -> in[0].pow(2.5), 0.2, 3),
      new Rule("pow 3 of negatives", 1, in -> in[0].pow(in[0].constantFor(3)), -3, -0.2),
      new Rule("fma", 3, in -> in[0].mul(in[1]).add(in[2]), -3, 3),
      new Rule("select", 3, in -> in[0].lt(in[1]).where(in[1].mul(in[2]), in[2].sin()), -3, 3),
      new Rule("floor", 1, in -> in[0].floor().add(in[0]), -3, 3),
      new Rule("ceil", 1, in -> in[0].ceil().mul(in[0]), -3, 3),
      new Rule("round", 1, in -> in[0].round().mul(in[0]), -3, 3),
      new Rule("trunc", 1, in -> in[0].trunc().mul(in[0]), -3, 3),
      new Rule("sign", 1, in -> in[0].sign().mul(in[0]), -3, 3),
      new Rule("float32 in between", 1, in -> in[0].mul(3).floor().to(INT64).to(FLOAT64).mul(in[0]), -3, 3),
      new Rule("relu", 1, in -> in[0].relu(), -3, 3),
      new Rule("leakyRelu", 1, in -> in[0].leakyRelu(0.1), -3, 3),
      new Rule("gelu", 1, in -> in[0].gelu(), -3, 3), new Rule("softplus", 1, in -> in[0].softplus(), -3, 3),
      new Rule("clamp", 1, in -> in[0].clamp(-1, 2), -3, 3),
      new Rule("reciprocal", 1, in -> in[0].reciprocal(), 0.3, 3));

  @TestFactory
  Stream<DynamicTest> rules() {
    return RULES.stream().map(rule -> DynamicTest.dynamicTest(rule.name,
        () -> check(of(rule.body, rule.inputs), new SplittableRandom(rule.name.hashCode()), 25, rule.low,
            rule.high)));
  }

  @TestFactory
  Stream<DynamicTest> secondDerivatives() {
    return RULES.stream().map(rule -> DynamicTest.dynamicTest(rule.name, () -> {
      var first = of(rule.body, rule.inputs);
      for (int input = 0; input < rule.inputs; input++)
        check(first.asFunction(input), new SplittableRandom(rule.name.hashCode()), 10, rule.low, rule.high);
    }));
  }

  @TestFactory
  Stream<DynamicTest> randomPrograms() {
    return IntStream.range(0, 60).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
      var random = new SplittableRandom(seed);
      var program = new Gradients(RandomProgram.of(random, 3, 14));
      check(program, random, 5, -2, 2);
      for (int input = 0; input < 3; input++) check(program.asFunction(input), random, 1, -2, 2);
    }));
  }

  private static void check(Gradients function, SplittableRandom random, int points, double low,
      double high) {
    int inputs = function.forward().inputs().size();
    for (int i = 0; i < points; i++) {
      var at = random.doubles(inputs, low, high).toArray();
      var weights = random.doubles(function.forward().outputs(), -1, 1).toArray();
      var expected = function.differences(at, weights);
      assertArrayEquals(expected, function.at(at, weights), 2e-6 * scale(expected),
          function.forward()::toString);
      assertArrayEquals(expected, function.recomputedAt(at, weights), 2e-6 * scale(expected));
    }
  }

  private static double scale(double[] values) {
    double scale = 1;
    for (double value : values) scale = Math.max(scale, Math.abs(value));
    return scale;
  }

  @Test
  void tiesAreHalved() {
    assertArrayEquals(new double[]{0.5, 0.5}, of(in -> in[0].max(in[1]), 2).at(new double[]{2, 2}, 1));
    assertArrayEquals(new double[]{0.5, 0.5}, of(in -> in[0].min(in[1]), 2).at(new double[]{2, 2}, 1));
    assertArrayEquals(new double[]{0, 1}, of(in -> in[0].max(in[1]), 2).at(new double[]{1, 2}, 1));
    assertArrayEquals(new double[]{1, 0}, of(in -> in[0].min(in[1]), 2).at(new double[]{1, 2}, 1));
    assertEquals(1, slope(x -> x.max(x), 2));
  }

  @Test
  void boundariesArePyTorchs() {
    assertEquals(0, slope(Scalar::abs, 0));
    assertEquals(0, slope(Scalar::relu, 0));
    assertEquals(0.1, slope(x -> x.leakyRelu(0.1), 0));
    assertEquals(1, slope(x -> x.clamp(-1, 2), 2));
    assertEquals(1, slope(x -> x.clamp(-1, 2), -1));
    assertEquals(0, slope(x -> x.clamp(-1, 2), 2.1));
    assertEquals(0.5, slope(Scalar::softplus, 0));
    assertEquals(0, slope(Scalar::round, 1.2));
    assertEquals(0, slope(x -> x.pow(x.constantFor(0)), 0));
    assertEquals(Double.POSITIVE_INFINITY, slope(Scalar::sqrt, 0));
  }

  @Test
  void powersOfZero() {
    var pow = of(in -> in[0].pow(in[1]), 2);
    assertArrayEquals(new double[]{0, 0}, pow.at(new double[]{0, 2}, 1));
    assertArrayEquals(new double[]{1, 0}, pow.at(new double[]{0, 1}, 1));
    assertEquals(0, pow.at(new double[]{0, 0}, 1)[0]);
    assertEquals(12, slope(x -> x.pow(x.constantFor(3)), -2), 1e-14);
  }

  @Test
  void nanOfTheUntakenBranchStaysOut() {
    assertEquals(0, slope(x -> x.gt(0).where(x.log(), x.constantFor(0)), -1));
    assertEquals(1, slope(x -> x.gt(0).where(x.sqrt(), x), -4));
    assertEquals(1, slope(x -> x.gt(0).where(x.sqrt(), x), 0), "sqrt has an infinite slope at 0");
    assertEquals(0.5, slope(x -> x.gt(0).where(x.log(), x.mul(3)), 2));
    // within a branch: what the inner choice left out must not come in by the outer one
    UnaryOperator<Scalar> nested = x -> x.gt(0).where(x.gt(1).where(x.sub(1).log(), x.sqrt()), x.mul(5));
    assertEquals(5, slope(nested, -1));
    assertEquals(0.5 / Math.sqrt(0.25), slope(nested, 0.25), 1e-14);
    assertEquals(0.5, slope(nested, 3), 1e-14);
    assertEquals(5, slope(nested, 0));
  }

  @Test
  void valueSharedBetweenBranchesKeepsBothShares() {
    // sqrt(x) serves one branch only, exp(x) both, and also what is outside
    UnaryOperator<Scalar> shared = x -> {
      var e = x.exp();
      return x.gt(0).where(x.sqrt().mul(e), e.mul(2)).add(e);
    };
    assertEquals(3 * Math.exp(-1), slope(shared, -1), 1e-14);
    double x = 4;
    assertEquals(Math.exp(x) * (0.5 / Math.sqrt(x) + Math.sqrt(x) + 1), slope(shared, x), 1e-11);
  }

  @Test
  void nanStaysOutThoughSeveralChoicesUseTheValue() {
    // at -1 no choice takes the root, yet each of them sends it a share of the gradient
    UnaryOperator<Scalar> same = x -> x.gt(0).where(x.sqrt(), x).add(x.gt(0).where(x.sqrt().exp(), x));
    assertEquals(2, slope(same, -1));
    UnaryOperator<Scalar> different = x -> x.gt(0).where(x.sqrt(), x).add(x.gt(1).where(x.sqrt().exp(), x));
    assertEquals(2, slope(different, -1));
    assertEquals(2, slope(different, 0.0625) - 1, "between the two only one takes it");
    assertEquals(0.25 * (1 + Math.exp(2)), slope(different, 4), 1e-14);
    UnaryOperator<Scalar> nested = x -> x.gt(0).where(x.gt(1).where(x.sqrt(), x),
        x.gt(-2).where(x, x.sqrt()));
    assertEquals(1, slope(nested, -1));
    assertTrue(Double.isNaN(slope(nested, -3)));
  }

  @Test
  void choicesInARowAreLinear() {
    var program = Program.of(in -> {
      var x = in[0];
      for (int i = 0; i < 100; i++) x = x.gt(i).where(x.sin(), x.mul(2).add(x.cos()));
      return x;
    }, FLOAT64);
    assertTrue(Derivative.of(program, new boolean[]{true}).program().nodes().size() < 2000);
  }

  @Test
  void nanStaysOutOfSecondDerivatives() {
    var guarded = of(in -> in[0].gt(0).where(in[0].log(), in[0].mul(in[0])), 1).asFunction(0);
    assertEquals(2, guarded.at(new double[]{-3}, 1)[0]);
    assertEquals(-0.25, guarded.at(new double[]{2}, 1)[0]);
  }

  @Test
  void nanOfTheTakenBranchComesThrough() {
    assertTrue(Double.isNaN(slope(Scalar::relu, Double.NaN) * Double.NaN));
    assertTrue(Double.isNaN(slope(x -> x.lt(0).where(x.exp(), x.sin()), Double.NaN)));
  }

  @Test
  void gradientsOfSeveralOutputsAddUp() {
    var program = Program.ofAll(in -> new Scalar[]{in[0].mul(in[1]), in[0].exp(), in[1].gt(0), in[1]},
        FLOAT64, FLOAT64);
    var derivative = Derivative.of(program, new boolean[]{true, true});
    // inputs 0, 1; outputs 2 to 5; their gradients 6 to 9: the bool's (8) and the product (2) are not needed
    assertArrayEquals(new int[]{0, 1, 3, 6, 7, 9}, derivative.operands());
    var gradients = new Gradients(program).at(new double[]{2, 3}, 10, 100, 0, 1000);
    assertEquals(10 * 3 + 100 * Math.exp(2), gradients[0], 1e-11);
    assertEquals(10 * 2 + 1000, gradients[1], 1e-11);
  }

  @Test
  void savedOutputsAreReadWhereverTheyServe() {
    var exp = Derivative.of(Program.of(in -> in[0].exp(), FLOAT32), new boolean[]{true});
    assertArrayEquals(new int[]{1, 2}, exp.operands(), "exp needs its output and no input");
    assertFalse(exp.program().toString().contains("EXP"));
    // the saved exp also serves the log1p above it
    var both = Derivative.of(Program.ofAll(in -> {
      var e = in[0].exp();
      return new Scalar[]{e, e.sin()};
    }, FLOAT32), new boolean[]{true});
    assertFalse(both.program().toString().contains("EXP"), both.program()::toString);
    assertArrayEquals(new int[]{1, 3, 4}, both.operands());
    var recomputed = Derivative.recomputing(Program.of(in -> in[0].exp(), FLOAT32), new boolean[]{true});
    assertArrayEquals(new int[]{0, 2}, recomputed.operands());
  }

  @Test
  void onlyWhatIsWantedIsComputed() {
    var derivative = Derivative.of(Program.of(in -> in[0].mul(in[1]), FLOAT32, FLOAT32),
        new boolean[]{false, true});
    assertEquals(1, derivative.program().outputs());
    assertArrayEquals(new int[]{0, 3}, derivative.operands());
  }

  @Test
  void inputWithoutInfluenceHasGradientZero() {
    var derivative = Derivative.of(Program.of(in -> in[0], FLOAT32, FLOAT64), new boolean[]{false, true});
    assertEquals(FLOAT64, derivative.program().outputType(0));
    assertArrayEquals(new int[0], derivative.operands());
  }

  @Test
  void gradientHasTheTypeOfItsInput() {
    var derivative = Derivative.of(Program.of(in -> in[0].mul(in[1]), FLOAT32, FLOAT64),
        new boolean[]{true, true});
    assertEquals(FLOAT32, derivative.program().outputType(0));
    assertEquals(FLOAT64, derivative.program().outputType(1));
  }

  @Test
  void integersHaveNoGradient() {
    var program = Program.of(in -> in[1].where(in[0], in[0].mul(2)), FLOAT32, BOOL);
    assertEquals(1, Derivative.of(program, new boolean[]{true, false}).program().outputs());
    assertThrows(IllegalArgumentException.class, () -> Derivative.of(program, new boolean[]{true, true}));
  }

  @Test
  void dropoutKeepsItsDraw() {
    var trace = new Trace(List.of(FLOAT32, INT64));
    var dropout = trace.program(trace.uniform(0, 1, 1).lt(0.5).where(trace.input(0).mul(2),
        trace.constant(FLOAT32, 0)));
    var derivative = Derivative.of(dropout, new boolean[]{true, false});
    assertArrayEquals(new int[]{1, 3}, derivative.operands(), "the draw base and the gradient");
    assertTrue(derivative.program().toString().contains("uniform seed param 0 draw input 0 offset param 1"));
  }
}
