package io.jacquard.nn;

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
 */
public record RecurrentOptions(int numLayers, boolean bias, boolean batchFirst, double dropout,
    boolean bidirectional) {
  public RecurrentOptions {
    Check.positive("RecurrentOptions", "numLayers", numLayers);
    Check.probability("RecurrentOptions", "dropout", dropout);
  }

  public static RecurrentOptions defaults() {
    return new RecurrentOptions(1, true, false, 0, false);
  }

  public RecurrentOptions numLayers(int numLayers) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions bias(boolean bias) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions batchFirst(boolean batchFirst) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions dropout(double dropout) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  public RecurrentOptions bidirectional(boolean bidirectional) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  /** As in a constructor's call, what is not the default. */
  String text() {
    return (numLayers == 1 ? "" : ", num_layers=" + numLayers) + (bias ? "" : ", bias=false")
        + (batchFirst ? ", batch_first=true" : "") + (dropout == 0 ? "" : ", dropout=" + dropout)
        + (bidirectional ? ", bidirectional=true" : "");
  }
}
