package io.jacquard.contract;

import io.jacquard.expr.Node;
import io.jacquard.expr.Philox;
import io.jacquard.expr.Program;
import io.jacquard.expr.ScalarOp;

/**
 * Runs a {@link Program} for one element at a time, node by node: the meaning of the scalar language.
 *
 * <pre>{@code
 * var values = new Evaluate(program, params).at(index, in0, in1);   // raw bits in, raw bits out
 * }</pre>
 */
public final class Evaluate {
  private final Program program;
  private final long[] params;
  private final Node[] nodes;

  public Evaluate(Program program, long... params) {
    if (params.length < program.params())
      throw new IllegalArgumentException(params.length + " parameters for " + program);
    this.program = program;
    this.params = params.clone();
    nodes = program.nodes().toArray(Node[]::new);
  }

  /** The outputs for the element at row-major position {@code index}, as raw bits. */
  public long[] at(long index, long... inputs) {
    var values = new long[nodes.length];
    for (int n = 0; n < nodes.length; n++) {
      values[n] = switch (nodes[n]) {
        case Node.Input(int input, _) -> inputs[input];
        case Node.Param(int param, _) -> params[param];
        case Node.Const(_, long bits) -> bits;
        case Node.Index() -> index;
        case Node.Uniform(int seed, int draw, int offset) -> Float
            .floatToRawIntBits(Philox.uniform(params[seed], inputs[draw] + params[offset], index))
            & 0xffffffffL;
        case Node.Cast(var type, int of) -> Arithmetic.cast(nodes[of].type(), type, values[of]);
        case Node.Apply(var op, _, int a, int b, int c) -> {
          var type = nodes[op == ScalarOp.SELECT ? b : a].type();
          yield Arithmetic.apply(op, type, values[a], b < 0 ? 0 : values[b], c < 0 ? 0 : values[c]);
        }
      };
    }
    var outputs = new long[program.outputs()];
    for (int j = 0; j < outputs.length; j++) outputs[j] = values[program.output(j)];
    return outputs;
  }
}
