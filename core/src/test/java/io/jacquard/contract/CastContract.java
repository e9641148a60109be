package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;

/** Every conversion between two types; of a type to itself, a copy. */
final class CastContract {
  private CastContract() {
  }

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
  }
}
