package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Every conversion between two types; of a type to itself, a copy. */
final class CastContract {
  private CastContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var from : DType.values()) {
      for (var to : DType.values()) {
        var program = Program.of(in -> in[0].to(to), from);
        cases.add("CAST", from + " to " + to + " special values", Tolerance.EXACT, random -> {
          var values = Values.special(from);
          return MapContract.trial(program, new Operand[]{Operand.of(from, values)},
              Operand.of(to, Shape.of(values.length), Lay.CONTIGUOUS, Values.POISON, random));
        });
        var shape = turn % 2 == 0 ? pick(Cases.LARGE, turn / 2) : pick(Cases.SHAPES, turn / 2 + 1);
        var in = Lay.values()[turn % Lay.values().length];
        var out = pick(Lay.WRITABLE, turn);
        cases.add("CAST", from + " to " + to + " " + shape + " " + in + " to " + out, Tolerance.EXACT,
            random -> MapContract.trial(program,
                new Operand[]{Operand.of(from, shape, in, Values.MIXED, random)},
                Operand.of(to, shape, out, Values.POISON, random)));
        turn++;
      }
    }
    for (var half : List.of(DType.BFLOAT16, DType.FLOAT16)) everyHalf(cases, half);
  }

  /** All 65,536 halves, and float32s that lie on them, half way to the next one, and beside that. */
  private static void everyHalf(Cases cases, DType half) {
    var wide = Program.of(in -> in[0].to(DType.FLOAT32), half);
    var narrow = Program.of(in -> in[0].to(half), DType.FLOAT32);
    var copy = Program.of(in -> in[0], half);
    var all = LongStream.range(0, 1 << 16).toArray();
    cases.add("CAST", "every " + half + " to float32", Tolerance.EXACT,
        random -> MapContract.trial(wide, new Operand[]{Operand.of(half, all)},
            Operand.of(DType.FLOAT32, Shape.of(all.length), Lay.CONTIGUOUS, Values.POISON, random)));
    cases.add("CAST", "every " + half + " to itself", Tolerance.EXACT,
        random -> MapContract.trial(copy, new Operand[]{Operand.of(half, all)},
            Operand.of(half, Shape.of(all.length), Lay.CONTIGUOUS, Values.POISON, random)));
    var floats = LongStream.of(all).mapToDouble(half::value).flatMap(x -> {
      float between = (float) (x + Math.scalb(x == 0 ? 1 : Math.signum(x), spacing(half, x) - 1));
      return DoubleStream.of(x, between, Math.nextUp(between), Math.nextDown(between));
    }).mapToLong(DType.FLOAT32::bits).toArray();
    cases.add("CAST", "float32 on and between every " + half, Tolerance.EXACT,
        random -> MapContract.trial(narrow, new Operand[]{Operand.of(DType.FLOAT32, floats)},
            Operand.of(half, Shape.of(floats.length), Lay.CONTIGUOUS, Values.POISON, random)));
  }

  /** The distance of neighbours there, as a power of two. */
  private static int spacing(DType half, double x) {
    return half == DType.BFLOAT16 ? Math.max(-126, Math.getExponent(x)) - 7
        : Math.max(-14, Math.getExponent(x)) - 10;
  }
}
