package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * A layer of a transformer's encoder (Vaswani et al. 2017): attention of a sequence to itself, then two linear layers, each
 * with a way round it and a norm.
 *
 * <pre>{@code
 * var layer = new TransformerEncoderLayer(64, 8, TransformerOptions.defaults().dimFeedforward(256).batchFirst());
 * var y = layer.call(Tensor.ones(2, 10, 64));
 * }</pre>
 *
 * <p>Keys as PyTorch's: {@code self_attn}, {@code linear1}, {@code linear2}, {@code norm1}, {@code norm2}.
 */
public final class TransformerEncoderLayer extends TransformerLayer {
  private final MultiheadAttention selfAttn;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Dropout dropout1;
  private final Dropout dropout2;

  public TransformerEncoderLayer(int width, int heads) {
    this(width, heads, TransformerOptions.defaults());
  }

  /**
   * @param width the numbers of a place
   * @param heads how many heads; must divide the width
   */
  public TransformerEncoderLayer(int width, int heads, TransformerOptions options) {
    super(width, options);
    selfAttn = add("self_attn", new MultiheadAttention(width, heads, options.attention()));
    addFeedforward();
    norm1 = add("norm1", norm());
    norm2 = add("norm2", norm());
    dropout1 = add("dropout1", new Dropout(options.dropoutP()));
    dropout2 = add("dropout2", new Dropout(options.dropoutP()));
  }

  /** With masks, which PyTorch calls {@code src_mask} and {@code src_key_padding_mask}. */
  public Tensor call(Tensor x, AttentionMasks masks) {
    return calling(() -> of(x, masks));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return of(x, AttentionMasks.none());
  }

  private Tensor of(Tensor x, AttentionMasks masks) {
    var y = residual(x, norm1, dropout1, v -> selfAttn.call(v, masks));
    return residual(y, norm2, dropout2, this::feedforward);
  }
}
