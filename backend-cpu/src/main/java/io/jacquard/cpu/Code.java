package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Node;
import io.jacquard.expr.Program;
import io.jacquard.expr.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What kernels need of a {@link Program}: its nodes, and its operands in one numbering. It does not refer to the
 * program itself, so that a cache keyed by programs lets go of those no longer in use.
 *
 * <p>Each {@link Node.Uniform} is an operand of its own: the driver fills it with random numbers, a block at a time, and
 * kernels only read it.
 */
final class Code {
  /** How many operations a name tells. */
  private static final int NAMED = 4;

  final List<Node> nodes;
  final DType[] inputs;
  final List<Node.Uniform> uniforms;
  final DType[] outputs;
  /** The node that is output j. */
  final int[] results;
  final boolean usesIndex;
  /** About how many nanoseconds an element takes in a vector kernel, times 16; decides what is worth sharing. */
  final int weight;
  final PlanCache<MapPlan> maps = new PlanCache<>();
  final PlanCache<ReducePlan> reduces = new PlanCache<>();
  private final Map<String, KernelSlot> slots = new HashMap<>();

  Code(Program program) {
    nodes = program.nodes();
    inputs = program.inputs().toArray(DType[]::new);
    var draws = new ArrayList<Node.Uniform>();
    boolean index = false;
    int cost = 1;
    for (var node : nodes) {
      index |= node instanceof Node.Index || node instanceof Node.Uniform;
      if (node instanceof Node.Uniform uniform) draws.add(uniform);
      cost += cost(node);
    }
    uniforms = List.copyOf(draws);
    usesIndex = index;
    weight = cost;
    outputs = new DType[program.outputs()];
    results = new int[outputs.length];
    for (int j = 0; j < outputs.length; j++) {
      outputs[j] = program.outputType(j);
      results[j] = program.output(j);
    }
  }

  /** For people: what it does, in short, as in {@code a program of 23 nodes (mul, fma, tanh ...)}. */
  String name() {
    var ops = nodes.stream().filter(Node.Apply.class::isInstance)
        .map(node -> ((Node.Apply) node).op().name().toLowerCase(Locale.ROOT)).distinct().toList();
    var some = String.join(", ", ops.subList(0, Math.min(NAMED, ops.size())));
    return "a program of " + nodes.size() + " nodes" + (ops.isEmpty() ? ""
        : ops.size() > NAMED ? " (" + some + " ...)" : " (" + some + ")");
  }

  private static int cost(Node node) {
    return switch (node) {
      case Node.Uniform _ -> 16;
      case Node.Apply(var op, var type, _, _, _) -> type == DType.FLOAT64 && isFunction(op) ? 200
          : op == ScalarOp.POW ? 300
              : isFunction(op) ? 4
                  : 1;
      default -> 1;
    };
  }

  private static boolean isFunction(ScalarOp op) {
    return op.isFloatingOnly() && op != ScalarOp.FMA && op != ScalarOp.SQRT;
  }

  /** Inputs, uniforms and outputs together. */
  int operands() {
    return inputs.length + uniforms.size() + outputs.length;
  }

  /** Whether some operand has 8 bytes: then kernels are plain loops, for which no row is too short. */
  boolean operandsAreWide() {
    for (int p = 0; p < operands(); p++) {
      if (type(p).bytes() == Long.BYTES) return true;
    }
    return false;
  }

  int firstOutput() {
    return inputs.length + uniforms.size();
  }

  DType type(int operand) {
    if (operand < inputs.length) return inputs[operand];
    return operand < firstOutput() ? DType.FLOAT32 : outputs[operand - firstOutput()];
  }

  /** True if the program only copies its one input to its one output. */
  boolean isCopy() {
    return inputs.length == 1 && outputs.length == 1 && nodes.size() == 1
        && nodes.getFirst() instanceof Node.Input;
  }

  /** The kernel for inputs of which some are one element for all. */
  KernelSlot kernel(boolean[] broadcast, KernelCompiler compiler) {
    return slots.computeIfAbsent(Arrays.toString(broadcast), _ -> new KernelSlot(this, broadcast, compiler));
  }
}
