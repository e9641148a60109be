package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.expr.Node;
import io.jacquard.expr.Program;
import io.jacquard.expr.ScalarOp;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link Program} as a function of the dialect:
 *
 * <pre>
 * DEVFN void program(i64 index, float i0, int i1, i64 p0, float* o0) { ... }
 * </pre>
 *
 * <p>Inputs and outputs are values; parameters are raw bits. Nothing is reordered or contracted, so the result has the
 * same bits as on any other backend, but for functions such as {@code exp}.
 */
final class ProgramWriter {
  private final Program program;

  ProgramWriter(Program program) {
    this.program = program;
  }

  /** Whether a value depends on the element's position. */
  boolean usesIndex() {
    return program.nodes().stream().anyMatch(n -> n instanceof Node.Index || n instanceof Node.Uniform);
  }

  boolean usesRandom() {
    return program.nodes().stream().anyMatch(n -> n instanceof Node.Uniform);
  }

  boolean usesFloat64() {
    return uses(type -> type == DType.FLOAT64);
  }

  boolean usesHalves() {
    return uses(DType::isHalf);
  }

  private boolean uses(Predicate<DType> kind) {
    return program.inputs().stream().anyMatch(kind)
        || program.nodes().stream().map(Node::type).anyMatch(kind);
  }

  /** The function, under the name {@code program}. */
  String function() {
    var parameters = new StringJoiner(", ");
    parameters.add("i64 index");
    for (int i = 0; i < program.inputs().size(); i++)
      parameters.add(CType.value(program.inputs().get(i)) + " i" + i);
    for (int p = 0; p < program.params(); p++) parameters.add("i64 p" + p);
    for (int j = 0; j < program.outputs(); j++)
      parameters.add(CType.value(program.outputType(j)) + "* o" + j);
    var text = new StringBuilder("DEVFN void program(" + parameters + ") {\n");
    for (int n = 0; n < program.nodes().size(); n++) {
      var node = program.node(n);
      text.append("  ").append(CType.value(node.type())).append(" v").append(n).append(" = ")
          .append(value(node))
          .append(";\n");
    }
    return text.append(outputs()).append("}\n").toString();
  }

  /** The type of which all of the program is, if vectors of it can compute the program; otherwise null. */
  @Nullable
  DType vectorType() {
    var type = program.outputType(0);
    boolean float_ = type == DType.FLOAT32 || type == DType.FLOAT64;
    return float_ && program.inputs().stream().allMatch(t -> t == type)
        && program.nodes().stream().allMatch(n -> n.type() == type && isVector(n)) ? type : null;
  }

  private static boolean isVector(Node node) {
    return switch (node) {
      case Node.Input _,Node.Param _,Node.Const _ -> true;
      case Node.Apply apply -> switch (apply.op()) {
        case ADD, SUB, MUL, DIV, NEG, FMA, EXP -> true;
        default -> false;
      };
      default -> false;
    };
  }

  /** The function over vectors of {@code vectors.h}, under the name {@code program_vectors}; it takes no index. */
  String vectorFunction() {
    var parameters = new StringJoiner(", ");
    for (int i = 0; i < program.inputs().size(); i++) parameters.add("vec i" + i);
    for (int p = 0; p < program.params(); p++) parameters.add("i64 p" + p);
    for (int j = 0; j < program.outputs(); j++) parameters.add("vec* o" + j);
    var text = new StringBuilder("DEVFN void program_vectors(" + parameters + ") {\n");
    for (int n = 0; n < program.nodes().size(); n++)
      text.append("  vec v").append(n).append(" = ").append(vectorValue(program.node(n))).append(";\n");
    return text.append(outputs()).append("}\n").toString();
  }

  private String vectorValue(Node node) {
    return switch (node) {
      case Node.Param _,Node.Const _ -> "vec_of(" + value(node) + ")";
      case Node.Apply(var op, _, int a, _, _) when op == ScalarOp.NEG -> "v" + a + " * vec_of(-1)";
      case Node.Apply(var op, _, int a, _, _) when op == ScalarOp.EXP -> "vec_exp(v" + a + ")";
      case Node.Apply(var op, _, int a, int b, int c) when op == ScalarOp.FMA ->
        "vec_fma(v" + a + ", v" + b + ", v" + c + ")";
      default -> value(node); // C's operators
    };
  }

  private String outputs() {
    var text = new StringBuilder();
    for (int j = 0; j < program.outputs(); j++)
      text.append("  *o").append(j).append(" = v").append(program.output(j)).append(";\n");
    return text.toString();
  }

  /** A call of the function over vectors; {@code outputs} are variables. */
  String vectorCall(List<String> inputs, List<String> outputs) {
    return calling("program_vectors(", inputs, outputs);
  }

  /** A call of the function; {@code outputs} are variables. */
  String call(String index, List<String> inputs, List<String> outputs) {
    return calling("program(" + index + ", ", inputs, outputs);
  }

  private String calling(String start, List<String> inputs, List<String> outputs) {
    var arguments = new StringJoiner(", ", start, ");");
    inputs.forEach(arguments::add);
    for (int p = 0; p < program.params(); p++) arguments.add("p" + p);
    outputs.forEach(o -> arguments.add("&" + o));
    return arguments.toString();
  }

  /** The kernel's parameters for the program's: {@code , i64 p0, i64 p1}. */
  String parameters() {
    var text = new StringBuilder();
    for (int p = 0; p < program.params(); p++) text.append(", i64 p").append(p);
    return text.toString();
  }

  private String value(Node node) {
    return switch (node) {
      case Node.Input(int index, _) -> "i" + index;
      case Node.Param(int index, var type) -> CType.fromBits(type, "p" + index);
      case Node.Const(var type, long bits) -> CType.constant(type, bits);
      case Node.Index() -> "index";
      case Node.Uniform(int seed, int draw, int offset) ->
        "philox_uniform(p" + seed + ", i64_add(i" + draw + ", p" + offset + "), index)";
      case Node.Cast(var type, int of) -> CType.cast(program.node(of).type(), type, "v" + of);
      case Node.Apply apply -> apply(apply);
    };
  }

  private String apply(Node.Apply node) {
    var a = "v" + node.a();
    var b = "v" + node.b();
    var type = program.node(node.a()).type();
    return switch (node.op()) {
      case SELECT -> a + " ? " + b + " : v" + node.c();
      case FMA -> "FMA(" + a + ", " + b + ", v" + node.c() + ")";
      case EQ -> a + " == " + b;
      case NE -> a + " != " + b;
      case LT -> a + " < " + b;
      case LE -> a + " <= " + b;
      case AND -> a + " & " + b;
      case OR -> a + " | " + b;
      case XOR -> a + " ^ " + b;
      case NOT -> "1 - " + a;
      case FLOOR, CEIL, ROUND, TRUNC -> type.isFloating() ? function(node.op(), type, a) : a;
      case NEG -> type.isFloating() ? "-" + a : function(node.op(), type, a);
      case ADD -> type.isFloating() ? a + " + " + b : function(node.op(), type, a + ", " + b);
      case SUB -> type.isFloating() ? a + " - " + b : function(node.op(), type, a + ", " + b);
      case MUL -> type.isFloating() ? a + " * " + b : function(node.op(), type, a + ", " + b);
      case DIV -> type.isFloating() ? a + " / " + b : function(node.op(), type, a + ", " + b);
      default -> function(node.op(), type, node.op().arity() == 1 ? a : a + ", " + b);
    };
  }

  private static String function(ScalarOp op, DType type, String arguments) {
    return CType.prefix(type) + "_" + op.name().toLowerCase(Locale.ROOT) + "(" + arguments + ")";
  }
}
