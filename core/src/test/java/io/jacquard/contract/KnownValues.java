package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.ScalarOp;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Results that were written down rather than computed here, from IEEE 754, C's pow, PyTorch 2 and tables: they hold the
 * reference itself to account. A line is an operation (with what it needs after a colon), a
 * type, operands, and after the arrow the results.
 */
final class KnownValues {
  private static final String TABLE = """
      NEG float32 0 -> -0
      NEG int32 -2147483648 -> -2147483648
      NEG uint8 1 -> 255
      ABS float32 -0 -> 0
      ABS int64 -9223372036854775808 -> -9223372036854775808
      ABS float32 -Infinity -> Infinity
      SIGN float32 -3.5 -> -1
      SIGN float32 NaN -> NaN
      SIGN uint8 200 -> 1
      FLOOR float32 -0.5 -> -1
      FLOOR float32 8388609.5 -> 8388610
      CEIL float32 -0.5 -> -0
      CEIL float64 1.0000000001 -> 2
      ROUND float32 0.5 -> 0
      ROUND float32 1.5 -> 2
      ROUND float32 2.5 -> 2
      ROUND float32 -0.5 -> -0
      ROUND float64 -2.5 -> -2
      TRUNC float32 -1.9 -> -1
      TRUNC float32 1.9 -> 1
      TRUNC float32 3e10 -> 3e10
      TRUNC int32 -7 -> -7
      SQRT float32 2 -> 1.4142135
      SQRT float64 2 -> 1.4142135623730951
      SQRT float32 -1 -> NaN
      SQRT float32 -0 -> -0
      RSQRT float32 4 -> 0.5
      RSQRT float32 0 -> Infinity
      RSQRT float64 2 -> 0.7071067811865476
      EXP float32 1 -> 2.7182817
      EXP float32 -Infinity -> 0
      EXP float32 89 -> Infinity
      EXP float64 1 -> 2.718281828459045
      EXPM1 float32 1e-6 -> 1.0000005e-6
      EXPM1 float64 1e-10 -> 1.00000000005e-10
      EXPM1 float32 -100 -> -1
      LOG float32 10 -> 2.3025851
      LOG float32 0 -> -Infinity
      LOG float32 -1 -> NaN
      LOG float32 1.4e-45 -> -103.27893
      LOG1P float32 1e-6 -> 9.999995e-7
      LOG1P float64 1e-10 -> 9.9999999995e-11
      LOG1P float32 -1 -> -Infinity
      SIN float32 1 -> 0.841471
      SIN float64 1 -> 0.8414709848078965
      SIN float32 100000 -> 0.035748798
      SIN float32 Infinity -> NaN
      COS float32 1 -> 0.5403023
      COS float64 2 -> -0.4161468365471424
      COS float32 0 -> 1
      TANH float32 0.5 -> 0.46211717
      TANH float32 20 -> 1
      TANH float64 1e-5 -> 9.999999999666668e-6
      SIGMOID float32 0.55 -> 0.6341356
      SIGMOID float32 -30 -> 9.3576230e-14
      SIGMOID float32 -Infinity -> 0
      SIGMOID float64 2 -> 0.8807970779778823
      ERF float32 0.5 -> 0.5204999
      ERF float64 1 -> 0.8427007929497149
      ERF float32 -Infinity -> -1
      ERF float32 1e-20 -> 1.1283792e-20
      NOT bool 0 -> 1
      NOT bool 1 -> 0
      ADD float32 16777216 1 -> 16777216
      ADD float32 Infinity -Infinity -> NaN
      ADD int32 2147483647 1 -> -2147483648
      ADD int64 9223372036854775807 1 -> -9223372036854775808
      ADD uint8 200 100 -> 44
      SUB uint8 1 2 -> 255
      SUB float32 1 1 -> 0
      SUB float32 1e-45 1e-45 -> 0
      MUL float32 1e-30 1e-10 -> 1e-40
      MUL int32 65536 65536 -> 0
      MUL uint8 16 17 -> 16
      MUL int32 46341 46341 -> -2147479015
      DIV float32 1 3 -> 0.33333334
      DIV float32 -1 0 -> -Infinity
      DIV float32 0 0 -> NaN
      DIV int32 -7 2 -> -3
      DIV int32 7 -2 -> -3
      DIV int32 5 0 -> 0
      DIV int32 -2147483648 -1 -> -2147483648
      DIV int64 -9223372036854775808 -1 -> -9223372036854775808
      DIV int64 9007199254740993 1 -> 9007199254740993
      DIV uint8 255 2 -> 127
      DIV uint8 9 0 -> 0
      MIN float32 NaN 1 -> NaN
      MIN float32 1 NaN -> NaN
      MIN float32 -Infinity 1 -> -Infinity
      MIN uint8 200 100 -> 100
      MAX float32 NaN 1 -> NaN
      MAX float32 1 NaN -> NaN
      MAX int64 9007199254740993 9007199254740992 -> 9007199254740993
      MAX uint8 200 100 -> 200
      POW float32 2 10 -> 1024
      POW float32 -2 3 -> -8
      POW float32 -8 0.33333334 -> NaN
      POW float32 NaN 0 -> 1
      POW float32 1 NaN -> 1
      POW float32 -1 Infinity -> 1
      POW float32 0 -1 -> Infinity
      POW float32 -0 -3 -> -Infinity
      POW float32 0.5 Infinity -> 0
      POW float64 1.0000001 1e7 -> 2.7182816941320818
      EQ float32 NaN NaN -> 0
      EQ float32 0 -0 -> 1
      EQ int64 9007199254740993 9007199254740992 -> 0
      NE float32 NaN NaN -> 1
      NE bool 1 0 -> 1
      LT float32 NaN 1 -> 0
      LT float32 -0 0 -> 0
      LT uint8 100 200 -> 1
      LT int32 -1 1 -> 1
      LE float32 1 NaN -> 0
      LE float32 -0 0 -> 1
      AND int32 12 10 -> 8
      AND bool 1 0 -> 0
      AND int64 -1 4294967296 -> 4294967296
      OR uint8 128 1 -> 129
      OR bool 1 0 -> 1
      XOR int32 -1 5 -> -6
      XOR bool 1 1 -> 0
      SELECT float32 1 NaN 2 -> NaN
      SELECT float32 0 NaN 2 -> 2
      SELECT int64 1 9007199254740993 0 -> 9007199254740993
      SELECT bool 0 0 1 -> 1
      FMA float32 16777217 1 -16777216 -> 0
      FMA float32 1.0000001 1.0000001 -1.0000002 -> 1.4210855e-14
      FMA float64 134217729 134217729 -18014398777917440 -> 1
      CAST:int32 float32 2.9 -> 2
      CAST:int32 float32 -2.9 -> -2
      CAST:int32 float32 3e9 -> 2147483647
      CAST:int32 float32 -3e9 -> -2147483648
      CAST:int32 float32 NaN -> 0
      CAST:int64 float32 1e30 -> 9223372036854775807
      CAST:int64 float32 -Infinity -> -9223372036854775808
      CAST:uint8 float32 300 -> 255
      CAST:uint8 float32 -5 -> 0
      CAST:uint8 float64 NaN -> 0
      CAST:uint8 int32 300 -> 44
      CAST:uint8 int64 -1 -> 255
      CAST:int32 int64 4294967297 -> 1
      CAST:int32 uint8 255 -> 255
      CAST:int64 int32 -1 -> -1
      CAST:float32 int32 16777217 -> 16777216
      CAST:float32 int64 9223372036854775807 -> 9223372036854775807
      CAST:float64 int64 9007199254740993 -> 9007199254740992
      CAST:float32 float64 1e300 -> Infinity
      CAST:float32 float64 1e-46 -> 0
      CAST:float32 float64 1.00000006 -> 1.0000001
      CAST:bool float32 NaN -> 1
      CAST:bool float32 -0 -> 0
      CAST:bool int32 256 -> 1
      CAST:float32 bool 1 -> 1
      REDUCE:SUM float32 1 2 3.5 -> 6.5
      REDUCE:SUM uint8 200 100 -> 300
      REDUCE:SUM bool 1 0 1 1 -> 3
      REDUCE:SUM int32 2147483647 1 -> 2147483648
      REDUCE:SUM int64 9223372036854775807 1 -> -9223372036854775808
      REDUCE:SUM float32 1 Infinity -Infinity -> NaN
      REDUCE:PRODUCT float32 2 -3 4 -> -24
      REDUCE:PRODUCT uint8 16 17 -> 272
      REDUCE:PRODUCT bool 1 0 -> 0
      REDUCE:MIN float32 3 -1 2 -> -1
      REDUCE:MIN float32 3 NaN 2 -> NaN
      REDUCE:MIN uint8 200 3 -> 3
      REDUCE:MAX float32 -3 -1 -2 -> -1
      REDUCE:MAX float64 NaN 1 -> NaN
      REDUCE:MAX int64 -9223372036854775808 -3 -> -3
      REDUCE:ARGMAX float32 1 3 3 2 -> 1
      REDUCE:ARGMAX float32 1 NaN 3 NaN -> 1
      REDUCE:ARGMIN float32 1 NaN -3 -> 1
      REDUCE:ARGMIN int32 5 -2 -2 -> 1
      REDUCE:ARGMIN bool 1 0 0 -> 1
      SCAN:SUM float32 1 2 3 4 -> 1 3 6 10
      SCAN:SUM uint8 200 100 -> 200 300
      SCAN:PRODUCT int32 2 3 -4 -> 2 6 -24
      SCAN:MIN float32 3 1 NaN 0 -> 3 1 NaN NaN
      SCAN:MAX int32 1 5 2 7 -> 1 5 5 7
      SORT:up float32 3 1 2 -> 1 2 0
      SORT:up float32 NaN 1 Infinity -> 1 2 0
      SORT:down float32 1 NaN 2 -> 1 2 0
      SORT:up float32 0 -0 -1 0 -> 2 0 1 3
      SORT:down int32 2 1 2 3 1 -> 3 0 2 1 4
      SORT:down bool 0 1 0 1 -> 1 3 0 2
      MATMUL float32 1 2 3 4 5 6 7 8 -> 19 22 43 50
      MATMUL float64 1 0 0 1 5 6 7 8 -> 5 6 7 8
      MATMUL int32 2147483647 1 0 1 2 0 1 1 -> -1 1 1 1
      MATMUL int64 1 2 3 4 5 6 7 8 -> 19 22 43 50
      """;

  private KnownValues() {}

  static void cases(Cases cases) {
    TABLE.lines()
        .forEach(line -> cases.add(op(line.split("[ :]")), "known: " + line, () -> check(cases, line)));
  }

  private static String op(String[] words) {
    return switch (words[0]) {
      case "REDUCE" -> words[1];
      case "SCAN" -> "scan " + words[1];
      case "SORT" -> "argsort";
      case "MATMUL" -> "matmul";
      default -> words[0];
    };
  }

  private static void check(Cases cases, String line) {
    var sides = line.split(" -> ");
    var words = sides[0].split(" ");
    var kind = words[0].split(":");
    var type = DType.valueOf(words[1].toUpperCase(Locale.ROOT));
    var operands = Stream.of(words).skip(2).mapToLong(word -> bits(type, word)).toArray();
    var how = kind.length > 1 ? kind[1] : "";
    var trial = switch (kind[0]) {
      case "CAST" ->
        elementwise(Program.of(in -> in[0].to(DType.valueOf(how.toUpperCase(Locale.ROOT))), type), words);
      case "REDUCE" -> reduce(Reduction.Fold.valueOf(how), type, operands);
      case "SCAN" -> scan(Scan.valueOf(how), type, operands);
      case "SORT" -> new Trial((backend, in, out) -> backend.argsort(how.equals("down"), 0, in[0], out[0]),
          new Operand[]{Operand.of(type, operands)}, Operand.of(DType.INT64, new long[operands.length]));
      case "MATMUL" -> matmul(type, operands);
      default -> elementwise(ScalarOpContract.program(ScalarOp.valueOf(kind[0]), type), words);
    };
    var tolerance = kind.length == 1 && !kind[0].equals("MATMUL")
        ? Tolerance.of(ScalarOp.valueOf(kind[0]))
        : Tolerance.EXACT;
    trial.checkAgainst(cases.device(), tolerance, sides[1].split(" "));
  }

  static long bits(DType type, String number) {
    return type.isFloating() ? type.bits(Double.parseDouble(number)) : type.bits(Long.parseLong(number));
  }

  /** The operands follow two other words; they have the types that the program asks for. */
  private static Trial elementwise(Program program, String[] words) {
    var in = new Operand[program.inputs().size()];
    for (int i = 0; i < in.length; i++) {
      var type = program.inputs().get(i);
      in[i] = Operand.of(type, bits(type, words[i + 2]));
    }
    return MapContract.trial(program, in, Operand.of(program.outputType(0), 0));
  }

  private static Trial reduce(Reduction.Fold fold, DType type, long[] operands) {
    var identity = Program.of(in -> in[0], type);
    return new Trial(
        (backend, in, out) -> backend.reduce(Reduction.of(fold), identity, new long[0], in, new int[]{0},
            out),
        new Operand[]{Operand.of(type, operands)}, Operand.of(Fold.resultType(fold, type), 0));
  }

  private static Trial scan(Scan how, DType type, long[] operands) {
    var result = Fold.resultType(Reduction.Fold.valueOf(how.name()), type);
    return new Trial((backend, in, out) -> backend.scan(how, 0, in[0], out[0]),
        new Operand[]{Operand.of(type, operands)}, Operand.of(result, new long[operands.length]));
  }

  /** Two matrices of 2x2. */
  private static Trial matmul(DType type, long[] operands) {
    var square = Lay.CONTIGUOUS.of(Shape.of(2, 2));
    var in = new Operand[]{new Operand(type, square, Arrays.copyOf(operands, 4)),
        new Operand(type, square, Arrays.copyOfRange(operands, 4, 8))};
    return new Trial(
        (backend, i, out) -> backend.matmul(Gemm.PLAIN, new long[0], i[0], i[1], new View[0], out), in,
        new Operand(type, square, new long[4]));
  }
}
