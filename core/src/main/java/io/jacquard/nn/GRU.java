package io.jacquard.nn;

import io.jacquard.ops.RecurrentCell;

/**
 * Gated recurrent units (Cho et al. 2014), in the variant in which the reset gate acts after the product, as in PyTorch, over whole
 * sequences; see {@link Recurrent} for shapes and {@link RecurrentCell} for the formulas.
 *
 * <pre>{@code
 * var layer = new GRU(28, 128, RecurrentOptions.defaults().batchFirst(true));
 * var rows = Tensor.ones(32, 28, 28);                // 32 samples of 28 steps
 * var last = layer.call(rows).select(1, -1);         // [32, 128]
 * }</pre>
 *
 * <p>The weights have 3 * hiddenSize rows.
 */
public final class GRU extends Recurrent {
  public GRU(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.defaults());
  }

  public GRU(int inputSize, int hiddenSize, RecurrentOptions options) {
    super("GRU", RecurrentCell.GRU, inputSize, hiddenSize, options);
  }
}
