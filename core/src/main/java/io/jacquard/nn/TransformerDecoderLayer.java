package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * A layer of a transformer's decoder (Vaswani et al. 2017): attention of a sequence to itself, attention to what an encoder
 * made, called the memory, then two linear layers, each with a way round it and a norm.
 *
 * <pre>{@code
 * var layer = new TransformerDecoderLayer(64, 8, TransformerOptions.defaults().batchFirst());
 * var y = layer.call(Tensor.ones(2, 5, 64), Tensor.ones(2, 10, 64), AttentionMasks.none().causal());
 * }</pre>
 *
 * <p>Keys as PyTorch's: {@code self_attn}, {@code multihead_attn}, {@code linear1}, {@code linear2}, {@code norm1} to {@code
 * norm3}.
 */
public final class TransformerDecoderLayer extends TransformerLayer {
  private final MultiheadAttention selfAttn;
  private final MultiheadAttention multiheadAttn;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final LayerNorm norm3;
  private final Dropout dropout1;
  private final Dropout dropout2;
  private final Dropout dropout3;

  public TransformerDecoderLayer(int width, int heads) {
    this(width, heads, TransformerOptions.defaults());
  }

  /**
   * @param width the numbers of a place
   * @param heads how many heads; must divide the width
   */
  public TransformerDecoderLayer(int width, int heads, TransformerOptions options) {
    super(width, options);
    selfAttn = add("self_attn", new MultiheadAttention(width, heads, options.attention()));
    multiheadAttn = add("multihead_attn", new MultiheadAttention(width, heads, options.attention()));
    addFeedforward();
    norm1 = add("norm1", norm());
    norm2 = add("norm2", norm());
    norm3 = add("norm3", norm());
    dropout1 = add("dropout1", new Dropout(options.dropoutP()));
    dropout2 = add("dropout2", new Dropout(options.dropoutP()));
    dropout3 = add("dropout3", new Dropout(options.dropoutP()));
  }

  /** With all of itself and of the memory in sight. */
  public Tensor call(Tensor x, Tensor memory) {
    return call(x, memory, AttentionMasks.none());
  }

  /** @param masks of the attention to itself, PyTorch's {@code tgt_mask} and {@code tgt_key_padding_mask} */
  public Tensor call(Tensor x, Tensor memory, AttentionMasks masks) {
    return call(x, memory, masks, AttentionMasks.none());
  }

  /** @param memoryMasks of the attention to the memory */
  public Tensor call(Tensor x, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    return calling(() -> of(x, memory, masks, memoryMasks));
  }

  /** Its own input is the memory as well. */
  @Override
  protected Tensor forward(Tensor x) {
    return of(x, x, AttentionMasks.none(), AttentionMasks.none());
  }

  private Tensor of(Tensor x, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    var y = residual(x, norm1, dropout1, v -> selfAttn.call(v, masks));
    y = residual(y, norm2, dropout2, v -> multiheadAttn.call(v, memory, memory, memoryMasks));
    return residual(y, norm3, dropout3, this::feedforward);
  }
}
