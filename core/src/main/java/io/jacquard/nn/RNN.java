package io.jacquard.nn;

import io.jacquard.ops.RecurrentCell;

/**
 * A plain recurrent network (Elman 1990) over whole sequences: {@code h' = tanh(W_ih x + b_ih + W_hh h + b_hh)}; see
 * {@link Recurrent} for shapes.
 *
 * <pre>{@code
 * var layer = new RNN(28, 64);
 * var relu = new RNN(28, 64, RecurrentOptions.defaults().numLayers(2), "relu");
 * var h = layer.call(Tensor.ones(5, 32, 28));        // [5, 32, 64]
 * }</pre>
 */
public final class RNN extends Recurrent {
  private final String nonlinearity;

  public RNN(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, RecurrentOptions.defaults(), "tanh");
  }

  /** @param nonlinearity {@code tanh} or {@code relu} */
  public RNN(int inputSize, int hiddenSize, RecurrentOptions options, String nonlinearity) {
    super("RNN", cell("RNN", nonlinearity), inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  static RecurrentCell cell(String module, String nonlinearity) {
    Check.oneOf(module, "nonlinearity", nonlinearity, "tanh", "relu");
    return nonlinearity.equals("tanh") ? RecurrentCell.RNN_TANH : RecurrentCell.RNN_RELU;
  }

  @Override
  String extra() {
    return nonlinearity.equals("tanh") ? "" : ", nonlinearity=" + nonlinearity;
  }
}
