package io.jacquard.contract;

import static io.jacquard.contract.Cases.pick;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.ScalarOp;
import io.jacquard.spi.Layout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Every {@link ScalarOp} on every type that it accepts, each as a map of its own. */
final class ScalarOpContract {
  private ScalarOpContract() {}

  static void cases(Cases cases) {
    int turn = 0;
    for (var op : ScalarOp.values()) {
      for (var type : DType.values()) {
        if (op.accepts(type)) cases(cases, op, type, turn++);
      }
    }
  }

  private static void cases(Cases cases, ScalarOp op, DType type, int turn) {
    cases.add(op.name(), type + " special values", Tolerance.of(op), random -> special(op, type, random));
    for (int variant = 0; variant < 2; variant++) {
      var shape = pick(Cases.SHAPES, 4 * variant + turn);
      var in = Lay.values()[(turn + 3 * variant) % Lay.values().length];
      var out = pick(Lay.WRITABLE, turn / 2 + variant);
      strided(cases, op, type, shape, in, out);
    }
    var large = pick(Cases.LARGE, turn);
    strided(cases, op, type, large, turn % 3 == 2 ? Lay.STEPPED : Lay.CONTIGUOUS, Lay.CONTIGUOUS);
  }

  private static void strided(Cases cases, ScalarOp op, DType type, Shape shape, Lay in, Lay out) {
    cases.add(op.name(), type + " " + shape + " " + in + " to " + out, Tolerance.of(op), random -> {
      // Only the first operand is laid out so; the others are contiguous, as in most programs.
      var program = program(op, type);
      var operands = IntStream.range(0, op.arity())
          .mapToObj(i -> Operand.of(program.inputs().get(i), shape, i == 0 ? in : Lay.CONTIGUOUS,
              Values.MIXED, random))
          .toArray(Operand[]::new);
      return MapContract.trial(program, operands,
          Operand.of(program.outputType(0), shape, out, Values.POISON, random));
    });
  }

  /** Each special value; of two operands, each with each; of three, each pair with a random third. */
  private static Trial special(ScalarOp op, DType type, SplittableRandom random) {
    var program = program(op, type);
    var values = Values.special(type);
    int n = values.length;
    var shape = Shape.of(n, op.arity() == 1 ? 1 : n);
    boolean choice = op == ScalarOp.SELECT;
    var operands = new Operand[op.arity()];
    int first = choice ? 1 : 0;
    for (int i = 0; i < operands.length; i++)
      operands[i] = Operand.of(program.inputs().get(i), shape, Lay.CONTIGUOUS, Values.MIXED, random);
    operands[first] = new Operand(type, new Layout(shape, new long[]{1, 0}, 0), values);
    if (op.arity() > 1)
      operands[first + 1] = new Operand(type, new Layout(shape, new long[]{0, 1}, 0), values);
    return MapContract.trial(program, operands,
        Operand.of(program.outputType(0), shape, Lay.CONTIGUOUS, Values.POISON, random));
  }

  /** The program that is one operation. */
  static Program program(ScalarOp op, DType type) {
    var types = op == ScalarOp.SELECT
        ? List.of(DType.BOOL, type, type)
        : IntStream.range(0, op.arity()).mapToObj(_ -> type).toList();
    return Program.of(in -> apply(op, in), types.toArray(DType[]::new));
  }

  private static Scalar apply(ScalarOp op, Scalar[] in) {
    var a = in[0];
    return switch (op) {
      case NEG -> a.neg();
      case ABS -> a.abs();
      case SIGN -> a.sign();
      case FLOOR -> a.floor();
      case CEIL -> a.ceil();
      case ROUND -> a.round();
      case TRUNC -> a.trunc();
      case SQRT -> a.sqrt();
      case RSQRT -> a.rsqrt();
      case EXP -> a.exp();
      case EXPM1 -> a.expm1();
      case LOG -> a.log();
      case LOG1P -> a.log1p();
      case SIN -> a.sin();
      case COS -> a.cos();
      case TANH -> a.tanh();
      case SIGMOID -> a.sigmoid();
      case ERF -> a.erf();
      case NOT -> a.not();
      case ADD -> a.add(in[1]);
      case SUB -> a.sub(in[1]);
      case MUL -> a.mul(in[1]);
      case DIV -> a.div(in[1]);
      case MIN -> a.min(in[1]);
      case MAX -> a.max(in[1]);
      case POW -> a.pow(in[1]);
      case EQ -> a.eq(in[1]);
      case NE -> a.ne(in[1]);
      case LT -> a.lt(in[1]);
      case LE -> a.le(in[1]);
      case AND -> a.and(in[1]);
      case OR -> a.or(in[1]);
      case XOR -> a.xor(in[1]);
      case FMA -> a.mul(in[1]).add(in[2]);
      case SELECT -> a.where(in[1], in[2]);
    };
  }
}
