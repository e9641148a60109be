package io.jacquard.expr;

import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.FLOAT64;
import static io.jacquard.DType.INT32;
import static io.jacquard.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.jacquard.DType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tracing, lowering and interning. */
class ProgramTest {
  private static long count(Program program, ScalarOp op) {
    return program.nodes().stream().filter(node -> node instanceof Node.Apply apply && apply.op() == op)
        .count();
  }

  @Test
  void equalProgramsAreOneObject() {
    var one = Program.of(in -> in[0].mul(2).add(in[1]), FLOAT32, FLOAT32);
    var same = Program.of(in -> in[0].mul(2).add(in[1]), FLOAT32, FLOAT32);
    assertSame(one, same);
    assertNotSame(one, Program.of(in -> in[0].mul(3).add(in[1]), FLOAT32, FLOAT32));
    assertNotSame(one, Program.of(in -> in[0].mul(2).add(in[1]), FLOAT64, FLOAT64));
    assertNotSame(Program.of(in -> in[0], FLOAT32), Program.of(in -> in[0], FLOAT32, FLOAT32));
  }

  @Test
  void zerosOfBothSignsAreTwoConstants() {
    assertNotEquals(Program.of(in -> in[0].add(0.0), FLOAT32), Program.of(in -> in[0].add(-0.0), FLOAT32));
  }

  @Test
  void textIsStable() {
    var program = Program.ofAll(in -> new Scalar[]{in[0].mul(2).add(in[1]), in[1].lt(0).where(in[0], in[1])},
        FLOAT32,
        FLOAT32);
    assertEquals("""
        inputs [float32, float32] params 0
        %0 = float32 input 0
        %1 = float32 input 1
        %2 = float32 const 40000000 (2.0)
        %3 = float32 FMA %0 %2 %1
        %4 = float32 const 0 (0.0)
        %5 = bool LT %1 %4
        %6 = float32 SELECT %5 %0 %1
        outputs [3, 6]""", program.toString());
  }

  @Test
  void textNamesEveryKindOfNode() {
    var trace = new Trace(List.of(INT64, FLOAT32));
    var program = trace.program(trace.uniform(0, 0, 1).add(trace.param(2, FLOAT32)),
        trace.index().to(INT32), trace.input(1));
    assertEquals("""
        inputs [int64, float32] params 3
        %0 = float32 uniform seed param 0 draw input 0 offset param 1
        %1 = float32 param 2
        %2 = float32 ADD %0 %1
        %3 = int64 index
        %4 = int32 cast %3
        %5 = float32 input 1
        outputs [2, 4, 5]""", program.toString());
  }

  @Test
  void commonSubexpressionsAreShared() {
    var program = Program.of(in -> in[0].exp().mul(in[0].exp()).sub(in[0].exp()), FLOAT32);
    assertEquals(1, count(program, ScalarOp.EXP));
  }

  @Test
  void deadValuesAreDropped() {
    var program = Program.of(in -> {
      in[0].exp().log();
      return in[1];
    }, FLOAT32, FLOAT32);
    assertEquals(List.of(new Node.Input(1, FLOAT32)), program.nodes());
  }

  @Test
  void doublingTwoHundredTimesIsLinear() {
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
      var program = Program.of(in -> {
        var x = in[0];
        for (int i = 0; i < 200; i++) x = x.add(x);
        return x;
      }, FLOAT64);
      assertEquals(201, program.nodes().size());
      var derivative = Derivative.of(program, new boolean[]{true}).program();
      assertEquals(201, derivative.nodes().size());
      assertSame(derivative, Derivative.of(program, new boolean[]{true}).program());
      program.toString();
    });
  }

  @Test
  void productsInSumsAreFused() {
    assertEquals(1,
        count(Program.of(in -> in[0].mul(in[1]).add(in[2]), FLOAT32, FLOAT32, FLOAT32), ScalarOp.FMA));
    assertEquals(1,
        count(Program.of(in -> in[2].add(in[0].mul(in[1])), FLOAT32, FLOAT32, FLOAT32), ScalarOp.FMA));
    var two = Program.of(in -> in[0].mul(in[1]).add(in[2].mul(in[3])), FLOAT32, FLOAT32, FLOAT32, FLOAT32);
    assertEquals(1, count(two, ScalarOp.FMA));
    assertEquals(1, count(two, ScalarOp.MUL));
    var left = (Node.Apply) two.node(two.output(0));
    assertEquals(new Node.Input(0, FLOAT32), two.node(left.a()), "the left product is the fused one");
  }

  @Test
  void productsThatAreUsedElsewhereStay() {
    var twice = Program.of(in -> {
      var product = in[0].mul(in[1]);
      return product.add(in[0]).mul(product);
    }, FLOAT32, FLOAT32);
    assertEquals(0, count(twice, ScalarOp.FMA));
    var doubled = Program.of(in -> in[0].mul(in[1]).add(in[0].mul(in[1])), FLOAT32, FLOAT32);
    assertEquals(0, count(doubled, ScalarOp.FMA));
    var output = Program.ofAll(in -> {
      var product = in[0].mul(in[1]);
      return new Scalar[]{product.add(in[0]), product};
    }, FLOAT32, FLOAT32);
    assertEquals(0, count(output, ScalarOp.FMA));
  }

  @Test
  void productsOfIntegersAreNotFused() {
    assertEquals(0, count(Program.of(in -> in[0].mul(in[1]).add(1), INT32, INT32), ScalarOp.FMA));
  }

  @Test
  void chainsOfProductsKeepTheirOrder() {
    var horner = Program.of(in -> in[0].mul(in[0]).add(in[0]).mul(in[0]).add(1), FLOAT32);
    assertEquals(2, count(horner, ScalarOp.FMA));
    assertEquals(0, count(horner, ScalarOp.MUL));
  }

  @Test
  void scalarsOfAnotherTraceAreRefused() {
    var leaked = new Scalar[1];
    Program.of(in -> leaked[0] = in[0], FLOAT32);
    assertThrows(IllegalArgumentException.class, () -> Program.of(in -> in[0].add(leaked[0]), FLOAT32));
    assertThrows(IllegalArgumentException.class, () -> Program.of(_ -> leaked[0], FLOAT32));
  }

  @Test
  void drawBaseIsInt64() {
    var trace = new Trace(List.of(DType.INT32));
    assertThrows(IllegalArgumentException.class, () -> trace.uniform(0, 0, 1));
  }
}
