package io.jacquard.nn;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link MultiheadAttention} is made, in PyTorch's words and with its defaults.
 *
 * <pre>{@code
 * var layer = new MultiheadAttention(64, 8, MultiheadOptions.defaults().dropout(0.1).batchFirst());
 * }</pre>
 *
 * @param dropoutP the share of the attention weights that is dropped in training
 * @param bias whether the projections have biases
 * @param kdim the keys' width; null for the layer's
 * @param vdim the values' width; null for the layer's
 * @param isBatchFirst whether tensors are [N, T, E] rather than [T, N, E]
 */
public record MultiheadOptions(double dropoutP, boolean bias, @Nullable Integer kdim, @Nullable Integer vdim,
    boolean isBatchFirst) {
  private static final MultiheadOptions DEFAULTS = new MultiheadOptions(0, true, null, null, false);

  /** No dropout, biases, keys and values as wide as queries, [T, N, E]. */
  public static MultiheadOptions defaults() {
    return DEFAULTS;
  }

  /** Drops so large a share of the attention weights in training. */
  public MultiheadOptions dropout(double p) {
    return new MultiheadOptions(p, bias, kdim, vdim, isBatchFirst);
  }

  /** With biases or without. */
  public MultiheadOptions bias(boolean bias) {
    return new MultiheadOptions(dropoutP, bias, kdim, vdim, isBatchFirst);
  }

  /** For keys of this width. */
  public MultiheadOptions kdim(int kdim) {
    return new MultiheadOptions(dropoutP, bias, kdim, vdim, isBatchFirst);
  }

  /** For values of this width. */
  public MultiheadOptions vdim(int vdim) {
    return new MultiheadOptions(dropoutP, bias, kdim, vdim, isBatchFirst);
  }

  /** For tensors [N, T, E]. */
  public MultiheadOptions batchFirst() {
    return new MultiheadOptions(dropoutP, bias, kdim, vdim, true);
  }
}
