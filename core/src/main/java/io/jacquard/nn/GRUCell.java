package io.jacquard.nn;

import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;

/**
 * One step of gated recurrent units: x [N, inputSize] and h [N, hiddenSize]; or both without N.
 *
 * <pre>{@code
 * var cell = new GRUCell(28, 64);
 * var h = Tensor.zeros(8, 64);
 * for (int t = 0; t < 5; t++) h = cell.call(Tensor.ones(8, 28), h);
 * }</pre>
 *
 * <p>Parameters: weight_ih, weight_hh, bias_ih, bias_hh. {@link GRU} takes all steps at once, which is faster.
 */
public final class GRUCell extends RecurrentStep {
  public GRUCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  public GRUCell(int inputSize, int hiddenSize, boolean bias) {
    super("GRUCell", RecurrentCell.GRU, inputSize, hiddenSize, bias);
  }

  /** h after the step. */
  public Tensor call(Tensor x, Tensor h) {
    return calling(() -> step(x, new RecurrentState(h)).h());
  }
}
