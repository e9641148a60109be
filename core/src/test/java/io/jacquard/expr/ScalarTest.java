package io.jacquard.expr;

import static io.jacquard.DType.BOOL;
import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.FLOAT64;
import static io.jacquard.DType.INT32;
import static io.jacquard.DType.INT64;
import static io.jacquard.DType.UINT8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.contract.Evaluate;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types, constants and shorthands of the scalar language. */
class ScalarTest {
  private static DType type(Function<Scalar[], Scalar> body, DType... inputs) {
    return Program.of(body, inputs).outputType(0);
  }

  private static double value(Function<Scalar[], Scalar> body, DType type, double... inputs) {
    var types = Stream.generate(() -> type).limit(inputs.length).toArray(DType[]::new);
    var program = Program.of(body, types);
    var bits = new long[inputs.length];
    for (int i = 0; i < bits.length; i++) bits[i] = type.bits(inputs[i]);
    return program.outputType(0).value(new Evaluate(program).at(0, bits)[0]);
  }

  @ParameterizedTest
  @CsvSource({"BOOL, UINT8, UINT8", "UINT8, INT32, INT32", "INT32, INT64, INT64", "INT64, FLOAT32, FLOAT32",
      "FLOAT32, FLOAT64, FLOAT64", "BOOL, FLOAT32, FLOAT32", "UINT8, UINT8, UINT8",
      "INT64, FLOAT64, FLOAT64"})
  void typesMeetAsPyTorchsDo(DType a, DType b, DType common) {
    assertEquals(common, type(in -> in[0].add(in[1]), a, b));
    assertEquals(common, type(in -> in[1].mul(in[0]), a, b));
    assertEquals(BOOL, type(in -> in[0].eq(in[1]), a, b));
    assertEquals(common, type(in -> in[0].eq(in[1]).where(in[0], in[1]), a, b));
  }

  @Test
  void functionsTurnIntegersIntoFloat32() {
    assertEquals(FLOAT32, type(in -> in[0].exp(), INT64));
    assertEquals(FLOAT32, type(in -> in[0].sigmoid(), BOOL));
    assertEquals(FLOAT64, type(in -> in[0].exp(), FLOAT64));
    assertEquals(FLOAT64, type(in -> in[0].pow(in[1]), INT32, FLOAT64));
    assertEquals(FLOAT32, type(in -> in[0].reciprocal(), UINT8));
  }

  @Test
  void numbersTakeTheTypeOfTheOther() {
    assertEquals(FLOAT32, type(in -> in[0].add(0.1), FLOAT32));
    assertEquals(FLOAT64, type(in -> in[0].add(0.1), FLOAT64));
    assertEquals(INT32, type(in -> in[0].add(2), INT32));
    assertEquals(FLOAT32, type(in -> in[0].add(0.5), INT32));
    assertEquals(INT64, type(in -> in[0].add(2), BOOL));
    assertEquals(INT64, type(in -> in[0].mul(1), BOOL));
  }

  @Test
  void numbersThatAnIntegerCannotHoldAreNotBentToFit() {
    assertEquals(INT64, type(in -> in[0].add(-1), UINT8));
    assertEquals(199, value(in -> in[0].add(-1), UINT8, 200));
    assertEquals(0, value(in -> in[0].le(-1), UINT8, 0));
    assertEquals(1, value(in -> in[0].lt(256), UINT8, 255));
    assertEquals(INT64, type(in -> in[0].add(3e9), INT32));
    assertEquals(3000000001.0, value(in -> in[0].add(3e9), INT32, 1));
    assertEquals(FLOAT32, type(in -> in[0].min(Double.POSITIVE_INFINITY), INT32));
    assertEquals(FLOAT32, type(in -> in[0].add(1e30), INT64));
    assertTrue(Double.isNaN(value(in -> in[0].add(Double.NaN), INT64, 1)));
  }

  @Test
  void constantsAreConvertedOnce() {
    var program = Program.of(in -> in[0].constantFor(3).to(FLOAT32).add(in[1]), INT32, FLOAT32);
    assertTrue(program.nodes().contains(new Node.Const(FLOAT32, FLOAT32.bits(3.0))));
    assertTrue(program.nodes().stream().noneMatch(node -> node instanceof Node.Cast));
  }

  @Test
  void undefinedOperationsAreErrors() {
    var error = assertThrows(JacquardException.class, () -> type(in -> in[0].and(in[1]), FLOAT32, FLOAT32));
    assertEquals("AND is not defined for float32; convert first, with to(DType).", error.getMessage());
    assertThrows(JacquardException.class, () -> type(in -> in[0].add(in[1]), BOOL, BOOL));
    assertThrows(JacquardException.class, () -> type(in -> in[0].lt(in[1]), BOOL, BOOL));
  }

  @ParameterizedTest
  @CsvSource({"1, 3.5", "2, 12.25", "3, 42.875", "-1, 0.2857142857142857", "0.5, 1.8708286933869707",
      "-0.5, 0.5345224838248488", "0, 1", "1.5, 6.547900426854397"})
  void powersByShorthandAreThePowers(double exponent, double expected) {
    assertEquals(expected, value(in -> in[0].pow(exponent), FLOAT64, 3.5), 1e-14);
  }

  @Test
  void activationsKeepNan() {
    assertTrue(Double.isNaN(value(in -> in[0].relu(), FLOAT32, Double.NaN)));
    assertTrue(Double.isNaN(value(in -> in[0].leakyRelu(0.1), FLOAT32, Double.NaN)));
    assertTrue(Double.isNaN(value(in -> in[0].clamp(-1, 1), FLOAT32, Double.NaN)));
    assertTrue(Double.isNaN(value(in -> in[0].gelu(), FLOAT32, Double.NaN)));
    assertTrue(Double.isNaN(value(in -> in[0].softplus(), FLOAT32, Double.NaN)));
    assertEquals(1, value(in -> in[0].isNan(), FLOAT32, Double.NaN));
  }

  @Test
  void activationsHaveTheirValues() {
    assertEquals(0, value(in -> in[0].relu(), FLOAT64, -2));
    assertEquals(2, value(in -> in[0].relu(), FLOAT64, 2));
    assertEquals(-0.2, value(in -> in[0].leakyRelu(0.1), FLOAT64, -2), 1e-15);
    assertEquals(0.8413447460685429, value(in -> in[0].gelu(), FLOAT64, 1), 1e-14); // Phi(1), by tables
    assertEquals(Math.log(2), value(in -> in[0].softplus(), FLOAT64, 0), 1e-15);
    assertEquals(1000, value(in -> in[0].softplus(), FLOAT64, 1000));
    assertEquals(2, value(in -> in[0].clamp(-1, 2), FLOAT64, 7));
    assertEquals(-1, value(in -> in[0].clamp(-1, 2), FLOAT64, -7));
    assertEquals(-3, value(in -> in[0].rsub(2), FLOAT64, 5));
    assertEquals(1, value(in -> in[0].gt(in[1]), FLOAT64, 2, 1));
    assertEquals(1, value(in -> in[0].ge(in[1]), FLOAT64, 1, 1));
    assertEquals(0, value(in -> in[0].gt(in[1]), FLOAT64, 1, 1));
    assertEquals(0, value(in -> in[0].not(), FLOAT64, 3));
  }
}
