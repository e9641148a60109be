package io.jacquard.nn;

import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;
import java.util.Objects;

/**
 * One step of an LSTM: x [N, inputSize] and a state of h and c, [N, hiddenSize] each; or all without N.
 *
 * <pre>{@code
 * var cell = new LSTMCell(28, 128);
 * var state = new RecurrentState(Tensor.zeros(8, 128), Tensor.zeros(8, 128));
 * for (int t = 0; t < 5; t++) state = cell.call(Tensor.ones(8, 28), state);
 * }</pre>
 *
 * <p>Parameters: weight_ih, weight_hh, bias_ih, bias_hh. {@link LSTM} takes all steps at once, which is faster.
 */
public final class LSTMCell extends RecurrentStep {
  public LSTMCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  public LSTMCell(int inputSize, int hiddenSize, boolean bias) {
    super("LSTMCell", RecurrentCell.LSTM, inputSize, hiddenSize, bias);
  }

  /** h and c after the step; they belong to the caller's scope. */
  public RecurrentState call(Tensor x, RecurrentState before) {
    before.cell(); // complains if there is none
    var cell = new Tensor[1];
    var h = calling(() -> {
      var after = step(x, before);
      cell[0] = after.cell().keep();
      return after.h();
    });
    return new RecurrentState(h, Objects.requireNonNull(cell[0]));
  }
}
