package io.jacquard.ops;

/**
 * What a {@link Recurrence} computes in each step, from the input x and the state h of the step before (for an LSTM, also
 * c). With {@code a = W_ih x + b_ih} and {@code b = W_hh h + b_hh}, cut into one part for each gate:
 *
 * <pre>
 * RNN_TANH  h' = tanh(a + b)                                                                     Elman 1990
 * RNN_RELU  h' = relu(a + b)
 * LSTM      i, f, o = sigmoid(a + b), g = tanh(a + b), c' = f c + i g, h' = o tanh(c')           Hochreiter, Schmidhuber 1997
 * GRU       r, z = sigmoid(a + b), n = tanh(a_n + r b_n), h' = n + z (h - n)                     Cho et al. 2014
 * </pre>
 *
 * <p>Gates lie in PyTorch's order: i, f, g, o and r, z, n.
 *
 * <pre>{@code
 * int rows = RecurrentCell.LSTM.gates() * 128;   // of both weights, for a state of 128
 * }</pre>
 */
public enum RecurrentCell {
  RNN_TANH("rnn_tanh", 1, 0), RNN_RELU("rnn_relu", 1, 0), LSTM("lstm", 4, 4), GRU("gru", 3, 4);

  private final String label;
  private final int gates;
  private final int parts;

  RecurrentCell(String label, int gates, int parts) {
    this.label = label;
    this.gates = gates;
    this.parts = parts;
  }

  /** As operations and messages call it. */
  public String label() {
    return label;
  }

  /** The weights have so many rows for each number of the state. */
  public int gates() {
    return gates;
  }

  /**
   * So many numbers for each one of the state are saved in every step for the gradient: the gates, and of a GRU {@code b_n};
   * 0 where the gradient follows from h.
   */
  public int parts() {
    return parts;
  }

  /** Whether there is a second state, c. */
  public boolean hasCellState() {
    return this == LSTM;
  }
}
