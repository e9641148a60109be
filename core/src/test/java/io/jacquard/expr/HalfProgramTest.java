package io.jacquard.expr;

import static io.jacquard.DType.BFLOAT16;
import static io.jacquard.DType.FLOAT16;
import static io.jacquard.DType.FLOAT32;
import static io.jacquard.DType.FLOAT64;
import static io.jacquard.DType.INT32;
import static io.jacquard.DType.UINT8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of bfloat16 and float16 in programs: inputs, outputs, and casts from and to float32. */
class HalfProgramTest {
  @Test
  void arithmeticIsFloat32AndRoundedAtTheEnd() {
    var program = Program.of(in -> in[0].mul(in[1]).exp().add(1), BFLOAT16, BFLOAT16);
    assertEquals("""
        inputs [bfloat16, bfloat16] params 0
        %0 = bfloat16 input 0
        %1 = float32 cast %0
        %2 = bfloat16 input 1
        %3 = float32 cast %2
        %4 = float32 MUL %1 %3
        %5 = float32 EXP %4
        %6 = float32 const 3f800000 (1.0)
        %7 = float32 ADD %5 %6
        %8 = bfloat16 cast %7
        outputs [8]""", program.toString());
  }

  @Test
  void onlyInputsAndCastsFromAndToFloat32AreHalves() {
    var all = Program.ofAll(in -> {
      var trace = in[0].trace();
      return new Scalar[]{in[0].add(in[1]), in[0].to(FLOAT64), in[2].to(FLOAT16), in[3].to(BFLOAT16),
          in[0].to(FLOAT16), in[0].mul(in[2]), in[1].lt(0.1), in[0].where(in[0], in[4]),
          in[1].mul(trace.index()),
          in[0].mul(trace.param(0, BFLOAT16)), trace.constant(FLOAT16, 2), in[4].to(FLOAT16).to(BFLOAT16)};
    }, BFLOAT16, FLOAT16, INT32, FLOAT64, UINT8);
    for (var node : all.nodes()) {
      switch (node) {
        case Node.Input _ -> {
          // of any type
        }
        case Node.Cast(var type, int of) -> {
          if (type.isHalf()) assertEquals(FLOAT32, all.node(of).type());
          if (all.node(of).type().isHalf()) assertEquals(FLOAT32, type);
        }
        default -> assertTrue(!node.type().isHalf(), node.toString());
      }
    }
    assertEquals(
        List.of(FLOAT32, FLOAT64, FLOAT16, BFLOAT16, FLOAT16, BFLOAT16, DType.BOOL, BFLOAT16, FLOAT16,
            BFLOAT16, FLOAT16, BFLOAT16),
        java.util.stream.IntStream.range(0, 12).mapToObj(all::outputType).toList());
  }

  @Test
  void whatIsMerelyMovedIsNotConverted() {
    assertEquals(List.of(new Node.Input(0, FLOAT16)), Program.of(in -> in[0], FLOAT16).nodes());
    assertSame(Program.of(in -> in[0], FLOAT16), Program.of(in -> in[0].to(FLOAT32).to(FLOAT16), FLOAT16));
  }

  @Test
  void askingForAHalfInBetweenRounds() {
    var rounded = Program.of(in -> in[0].to(BFLOAT16).to(FLOAT32), FLOAT32);
    assertEquals(List.of(new Node.Input(0, FLOAT32), new Node.Cast(BFLOAT16, 0), new Node.Cast(FLOAT32, 1)),
        rounded.nodes());
  }

  @Test
  void bytesAndBoolsAreHalvesAsTheyAre() {
    assertEquals(List.of(new Node.Input(0, UINT8), new Node.Cast(FLOAT32, 0), new Node.Cast(FLOAT16, 1)),
        Program.of(in -> in[0].to(FLOAT16), UINT8).nodes());
  }

  @Test
  void aProgramIsGivenUnroundedToo() {
    assertSame(Program.of(in -> in[0].to(FLOAT32).exp(), FLOAT16),
        Program.of(in -> in[0].exp(), FLOAT16).unrounded());
    assertSame(Program.of(in -> in[0].to(FLOAT32), FLOAT16), Program.of(in -> in[0], FLOAT16).unrounded());
    var wide = Program.of(in -> in[0].exp(), FLOAT32);
    assertSame(wide, wide.unrounded());
  }

  @Test
  void aGradientReadsTheSavedHalf() {
    var derivative = Derivative.of(Program.of(in -> in[0].exp(), BFLOAT16), new boolean[]{true});
    assertArrayEquals(new int[]{1, 2}, derivative.operands());
    assertSame(Program.of(in -> in[1].mul(in[0]), BFLOAT16, BFLOAT16), derivative.program());
  }

  @Test
  void gradientsOfConversionsAreConversionsBack() {
    var derivative = Derivative.of(Program.of(in -> in[0].to(FLOAT16), FLOAT64), new boolean[]{true});
    assertSame(Program.of(in -> in[0].to(FLOAT32).to(FLOAT64), FLOAT16), derivative.program());
    var back = Derivative.of(Program.of(in -> in[0].to(FLOAT64), FLOAT16), new boolean[]{true});
    assertSame(Program.of(in -> in[0].to(FLOAT16), FLOAT64), back.program());
  }
}
