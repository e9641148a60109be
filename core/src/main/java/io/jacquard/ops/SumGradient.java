package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.expr.Derivative;
import io.jacquard.expr.Node;
import io.jacquard.expr.Program;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/** The gradient of a program whose result was summed over some axes: its derivative, times the sum's gradient. */
final class SumGradient {
  private SumGradient() {}

  static Keep keep(Program each, long wanted) {
    long inputs = 0;
    for (int operand : derivative(each, wanted).operands()) {
      if (operand < each.inputs().size()) inputs |= 1L << operand;
    }
    return new Keep(inputs, 0);
  }

  /** Gives the inputs theirs; {@code g} is the sum's gradient, of a shape that broadcasts to that of the summands. */
  static void give(Backward b, String name, Program each, long[] params, Tensor g) {
    int n = each.inputs().size();
    var full = g.shape();
    for (int i = 0; i < n; i++) full = Shape.broadcast(name, full, b.inputShape(i));
    var whole = g.expand(full);
    for (int i = 0; i < n; i++) {
      if (!b.needs(i)) continue;
      if (isInput(each, i) && b.inputShape(i).equals(full)) {
        b.give(i, whole);
        continue;
      }
      var d = derivative(each, 1L << i);
      var operands = new Tensor[d.operands().length];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = d.operands()[k] < n ? b.input(d.operands()[k]) : whole;
      }
      if (operands.length == 0) {
        b.give(i, Tensor.zeros(b.device(), b.inputType(i), Shape.SCALAR).expand(b.inputShape(i)));
      } else {
        b.give(i, new SumTo(name + "_backward", d.program(), params, b.inputShape(i)), operands);
      }
    }
  }

  /** Whether the program does nothing but hand on one of its inputs. */
  private static boolean isInput(Program each, int i) {
    return each.node(each.output(0)) instanceof Node.Input(int index, _) && index == i;
  }

  private static Derivative derivative(Program each, long wanted) {
    var mask = new boolean[each.inputs().size()];
    for (int i = 0; i < mask.length; i++) mask[i] = (wanted >>> i & 1) != 0;
    return Derivative.recomputing(each, mask);
  }
}
