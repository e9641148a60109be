package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * One step of a plain recurrent network: x [N, inputSize] and h [N, hiddenSize]; or both without N.
 *
 * <pre>{@code
 * var cell = new RNNCell(28, 64);
 * var h = Tensor.zeros(8, 64);
 * for (int t = 0; t < 5; t++) h = cell.call(Tensor.ones(8, 28), h);
 * }</pre>
 *
 * <p>Parameters: weight_ih, weight_hh, bias_ih, bias_hh. {@link RNN} takes all steps at once, which is faster.
 */
public final class RNNCell extends RecurrentStep {
  private final String nonlinearity;

  public RNNCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, true, "tanh");
  }

  /** @param nonlinearity {@code tanh} or {@code relu} */
  public RNNCell(int inputSize, int hiddenSize, boolean bias, String nonlinearity) {
    super("RNNCell", RNN.cell("RNNCell", nonlinearity), inputSize, hiddenSize, bias);
    this.nonlinearity = nonlinearity;
  }

  @Override
  String extra() {
    return nonlinearity.equals("tanh") ? "" : ", nonlinearity=" + nonlinearity;
  }

  /** h after the step. */
  public Tensor call(Tensor x, Tensor h) {
    return calling(() -> step(x, new RecurrentState(h)).h());
  }
}
