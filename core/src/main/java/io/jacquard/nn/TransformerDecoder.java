package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decoder layers one after the other; {@code layers.0} and so on are their keys, {@code norm} is that of a norm behind them.
 *
 * <pre>{@code
 * var options = TransformerOptions.defaults().batchFirst();
 * var decoder = new TransformerDecoder(() -> new TransformerDecoderLayer(64, 8, options), 6, null);
 * var y = decoder.call(Tensor.ones(2, 5, 64), Tensor.ones(2, 10, 64), AttentionMasks.none().causal());
 * }</pre>
 */
public final class TransformerDecoder extends Module {
  private final Sequential layers;
  private final @Nullable LayerNorm norm;

  /**
   * @param layer makes a layer
   * @param norm behind the last layer; null for none
   */
  public TransformerDecoder(Supplier<TransformerDecoderLayer> layer, int numLayers,
      @Nullable LayerNorm norm) {
    Check.positive("TransformerDecoder", "numLayers", numLayers);
    layers = add("layers", Sequential.of(IntStream.range(0, numLayers).mapToObj(_ -> layer.get()).toList()));
    this.norm = norm == null ? null : add("norm", norm);
  }

  /** With all of itself and of the memory in sight. */
  public Tensor call(Tensor x, Tensor memory) {
    return call(x, memory, AttentionMasks.none());
  }

  /** @param masks of the attention to itself, in every layer */
  public Tensor call(Tensor x, Tensor memory, AttentionMasks masks) {
    return call(x, memory, masks, AttentionMasks.none());
  }

  /** @param memoryMasks of the attention to the memory, in every layer */
  public Tensor call(Tensor x, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    return calling(() -> of(x, memory, masks, memoryMasks));
  }

  /** Its own input is the memory as well. */
  @Override
  protected Tensor forward(Tensor x) {
    return of(x, x, AttentionMasks.none(), AttentionMasks.none());
  }

  private Tensor of(Tensor x, Tensor memory, AttentionMasks masks, AttentionMasks memoryMasks) {
    var y = x;
    for (var layer : layers.children().values())
      y = ((TransformerDecoderLayer) layer).call(y, memory, masks, memoryMasks);
    return norm == null ? y : norm.call(y);
  }
}
