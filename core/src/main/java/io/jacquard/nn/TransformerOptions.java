package io.jacquard.nn;

/**
 * How a transformer's layers are made, in PyTorch's words and with its defaults.
 *
 * <pre>{@code
 * var layer = new TransformerEncoderLayer(64, 8, TransformerOptions.defaults().dimFeedforward(256).normFirst());
 * }</pre>
 *
 * @param feedforward the width of the hidden layer
 * @param dropoutP the share that is dropped in training: of attention weights, hidden numbers and each part's result
 * @param activationName {@code "relu"} or {@code "gelu"}
 * @param eps of the layer norms
 * @param isBatchFirst whether tensors are [N, T, E] rather than [T, N, E]
 * @param isNormFirst whether each part's input is normalised (Xiong et al. 2020), rather than its sum with the result
 * @param bias whether linear layers and norms have biases
 */
public record TransformerOptions(int feedforward, double dropoutP, String activationName, double eps,
    boolean isBatchFirst, boolean isNormFirst, boolean bias) {
  private static final TransformerOptions DEFAULTS = new TransformerOptions(2048, 0.1, "relu", 1e-5, false,
      false,
      true);

  public TransformerOptions {
    Check.positive("Transformer", "dimFeedforward", feedforward);
    Check.probability("Transformer", "dropout", dropoutP);
    Check.oneOf("Transformer", "activation", activationName, "relu", "gelu");
  }

  /** 2048 hidden numbers, dropout 0.1, ReLU, [T, N, E], norms behind, biases. */
  public static TransformerOptions defaults() {
    return DEFAULTS;
  }

  /** See {@link #feedforward()}. */
  public TransformerOptions dimFeedforward(int width) {
    return new TransformerOptions(width, dropoutP, activationName, eps, isBatchFirst, isNormFirst, bias);
  }

  /** See {@link #dropoutP()}. */
  public TransformerOptions dropout(double p) {
    return new TransformerOptions(feedforward, p, activationName, eps, isBatchFirst, isNormFirst, bias);
  }

  /** {@code "relu"} or {@code "gelu"}. */
  public TransformerOptions activation(String name) {
    return new TransformerOptions(feedforward, dropoutP, name, eps, isBatchFirst, isNormFirst, bias);
  }

  /** What the layer norms add to the variance. */
  public TransformerOptions layerNormEps(double eps) {
    return new TransformerOptions(feedforward, dropoutP, activationName, eps, isBatchFirst, isNormFirst,
        bias);
  }

  /** For tensors [N, T, E]. */
  public TransformerOptions batchFirst() {
    return new TransformerOptions(feedforward, dropoutP, activationName, eps, true, isNormFirst, bias);
  }

  /** Normalises before each part instead of after it. */
  public TransformerOptions normFirst() {
    return new TransformerOptions(feedforward, dropoutP, activationName, eps, isBatchFirst, true, bias);
  }

  /** With biases or without. */
  public TransformerOptions bias(boolean bias) {
    return new TransformerOptions(feedforward, dropoutP, activationName, eps, isBatchFirst, isNormFirst,
        bias);
  }

  MultiheadOptions attention() {
    return new MultiheadOptions(dropoutP, bias, null, null, isBatchFirst);
  }
}
