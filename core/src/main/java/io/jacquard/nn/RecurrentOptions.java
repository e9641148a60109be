package io.jacquard.nn;

import io.jacquard.JacquardException;

/**
 * What {@link RNN}, {@link LSTM} and {@link GRU} may be besides their sizes; defaults are PyTorch's.
 *
 * <pre>{@code
 * var options = RecurrentOptions.defaults().numLayers(2).dropout(0.2).bidirectional(true).batchFirst(true);
 * var lstm = new LSTM(28, 128, options);
 * }</pre>
 *
 * @param numLayers how many lie one above another, each reading what the one below gives; 1
 * @param bias whether there are biases; true
 * @param batchFirst whether sequences are [N, T, ...] instead of [T, N, ...]; states are [layers, N, H] either way; false
 * @param dropout the share that is dropped between layers in training; 0
 * @param bidirectional whether each layer also reads from the end to the beginning, the results side by side; false
 * @param projSize to how many numbers an LSTM's h is projected after each step (Sak et al. 2014); 0 for none, 0
 */
public record RecurrentOptions(int numLayers, boolean bias, boolean batchFirst, double dropout,
    boolean bidirectional, int projSize) {
  public RecurrentOptions {
    Check.positive("RecurrentOptions", "numLayers", numLayers);
    Check.probability("RecurrentOptions", "dropout", dropout);
    if (projSize < 0)
      throw new JacquardException("RecurrentOptions: projSize is " + projSize + ", expected 0 or more.");
  }

  public static RecurrentOptions defaults() {
    return new RecurrentOptions(1, true, false, 0, false, 0);
  }

  public RecurrentOptions numLayers(int numLayers) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentOptions bias(boolean bias) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentOptions batchFirst(boolean batchFirst) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentOptions dropout(double dropout) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentOptions bidirectional(boolean bidirectional) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentOptions projSize(int projSize) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional, projSize);
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  /** As in a constructor's call, what is not the default. */
  String text() {
    return (numLayers == 1 ? "" : ", num_layers=" + numLayers) + (bias ? "" : ", bias=false")
        + (batchFirst ? ", batch_first=true" : "") + (dropout == 0 ? "" : ", dropout=" + dropout)
        + (bidirectional ? ", bidirectional=true" : "") + (projSize == 0 ? "" : ", proj_size=" + projSize);
  }
}
