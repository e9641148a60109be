package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.util.List;

/** Rows named by an index: read ({@code gather}) and added to ({@code scatterAdd}, in order, so to the bit). */
final class RowsContract {
  private static final List<Shape> TABLES = List.of(Shape.of(11), Shape.of(7, 5), Shape.of(300, 67),
      Shape.of(4, 2, 3),
      Shape.of(9, 0), Shape.of(1, 130));

  private RowsContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var type : DType.values()) {
      for (var index : List.of(DType.INT64, DType.INT32)) {
        for (var table : TABLES) {
          int rows = turn % 4 == 3 ? 0 : turn % 4 == 2 ? 1000 : 13;
          gather(cases, type, index, table, rows, turn);
          if (type != DType.BOOL && !type.isHalf()) scatterAdd(cases, type, index, table, rows, turn);
          turn++;
        }
      }
    }
    for (var index : List.of(DType.INT64, DType.INT32)) {
      for (long wrong : new long[]{-1, 7, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        outside(cases, "gather", index, wrong);
        outside(cases, "scatterAdd", index, wrong);
      }
    }
    outside(cases, "gather", DType.INT64, 1L << 32);
    outside(cases, "scatterAdd", DType.INT64, 1L << 32);
  }

  private static void gather(Cases cases, DType type, DType index, Shape table, int rows, int turn) {
    var lay = pick(Lay.WRITABLE, turn);
    var out = pick(Lay.WRITABLE, turn / 2);
    cases.add("gather", type + " " + table + " " + lay + " by " + rows + " " + index + " to " + out,
        Tolerance.EXACT,
        random -> gather(Operand.of(type, table, lay, Values.MIXED, random),
            Operand.of(index, Shape.of(rows), pick(Lay.WRITABLE, turn / 3), Values.integers(0, table.size(0)),
                random),
            Operand.of(type, table.with(0, rows), out, Values.POISON, random)));
  }

  private static Trial gather(Operand table, Operand index, Operand out) {
    return new Trial((backend, in, to) -> backend.gather(in[0], in[1], to[0]), new Operand[]{table, index},
        out);
  }

  private static void scatterAdd(Cases cases, DType type, DType index, Shape table, int rows, int turn) {
    var lay = pick(Lay.WRITABLE, turn / 2);
    cases.add("scatterAdd", type + " " + rows + " " + index + " to " + table + " " + lay, Tolerance.EXACT,
        random -> scatterAdd(
            Operand.of(index, Shape.of(rows), pick(Lay.WRITABLE, turn / 3), Values.integers(0, table.size(0)),
                random),
            Operand.of(type, table.with(0, rows), Lay.values()[turn % 7], Values.SMALL, random),
            Operand.of(type, table, lay, Values.SMALL, random)));
  }

  private static Trial scatterAdd(Operand index, Operand rows, Operand table) {
    return new Trial((backend, in, to) -> backend.scatterAdd(in[0], in[1], to[0]), new Operand[]{index, rows},
        table);
  }

  private static void outside(Cases cases, String op, DType type, long wrong) {
    cases.add(op, type + " index " + wrong + " of 7 rows is an error", (random, device) -> {
      var table = Operand.of(DType.FLOAT32, Shape.of(7, 3), Lay.CONTIGUOUS, Values.SMALL, random);
      var index = Operand.of(type, 3, 0, wrong, 6);
      var rows = Operand.of(DType.FLOAT32, Shape.of(4, 3), Lay.CONTIGUOUS, Values.SMALL, random);
      var trial = op.equals("gather") ? gather(table, index, rows) : scatterAdd(index, rows, table);
      var error = assertThrows(JacquardException.class, () -> trial.run(device.backend()));
      assertTrue(error.getMessage().contains(Long.toString(wrong)), error.getMessage());
      assertTrue(error.getMessage().contains("7") || error.getMessage().contains("6"), error.getMessage());
    });
  }
}
