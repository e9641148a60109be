package io.jacquard.models;

import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Recurrent;
import io.jacquard.tensor.Tensor;

/**
 * Reads pictures of digits [N, 1, 28, 28] row by row, from top to bottom, and judges by the state after the last one. Keys:
 * rnn.weight_ih_l0, ..., fc.weight, fc.bias.
 */
final class RowReader extends Module {
  private final Recurrent rnn;
  private final Linear fc;

  /** @param rnn of 28 inputs, steps first */
  RowReader(Recurrent rnn, int hiddenSize) {
    this.rnn = add("rnn", rnn);
    fc = add("fc", new Linear(hiddenSize, 10));
  }

  @Override
  protected Tensor forward(Tensor x) {
    var rows = x.reshape(-1, 28, 28).transpose(0, 1);
    return fc.call(rnn.call(rows).select(0, -1));
  }
}
