package io.jacquard.ops;

import io.jacquard.expr.Derivative;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Tensor;

/** Finds the tensors that a derivative's program runs on, by the numbering of {@link Derivative#operands}. */
final class DerivativeOperands {
  private DerivativeOperands() {}

  static Tensor[] of(Backward b, Derivative d, int inputs, int outputs) {
    var operands = new Tensor[d.operands().length];
    for (int k = 0; k < operands.length; k++) {
      int o = d.operands()[k];
      operands[k] = o < inputs
          ? b.input(o)
          : o < inputs + outputs
              ? b.output(o - inputs)
              : b.gradient(o - inputs - outputs);
    }
    return operands;
  }
}
