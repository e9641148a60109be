package io.jacquard.nn;

import io.jacquard.ops.RecurrentCell;

/**
 * Long short-term memory (Hochreiter, Schmidhuber 1997; with the forget gate of Gers et al. 2000), over whole
 * sequences; see {@link Recurrent} for shapes and {@link RecurrentCell} for the formulas.
 *
 * <pre>{@code
 * var layer = new LSTM(28, 128, RecurrentOptions.defaults().batchFirst(true));
 * var rows = Tensor.ones(32, 28, 28);                // 32 samples of 28 steps
 * var last = layer.call(rows).select(1, -1);         // [32, 128]
 * }</pre>
 *
 * <p>The weights have 4 * hiddenSize rows, and its state has h and c.
 */
public final class LSTM extends Recurrent {
  public LSTM(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.defaults());
  }

  public LSTM(int inputSize, int hiddenSize, RecurrentOptions options) {
    super("LSTM", RecurrentCell.LSTM, inputSize, hiddenSize, options);
  }
}
