package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Encoder layers one after the other; {@code layers.0} and so on are their keys, {@code norm} is that of a norm behind them.
 *
 * <pre>{@code
 * var options = TransformerOptions.defaults().dimFeedforward(256).batchFirst().normFirst();
 * var encoder = new TransformerEncoder(() -> new TransformerEncoderLayer(64, 8, options), 6, new LayerNorm(64));
 * var y = encoder.call(Tensor.ones(2, 10, 64));
 * }</pre>
 *
 * <p>Each layer begins with values of its own, where PyTorch copies one layer.
 */
public final class TransformerEncoder extends Module {
  private final Sequential layers;
  private final @Nullable LayerNorm norm;

  /**
   * @param layer makes a layer
   * @param norm behind the last layer; null for none
   */
  public TransformerEncoder(Supplier<TransformerEncoderLayer> layer, int numLayers,
      @Nullable LayerNorm norm) {
    Check.positive("TransformerEncoder", "numLayers", numLayers);
    layers = add("layers", Sequential.of(IntStream.range(0, numLayers).mapToObj(_ -> layer.get()).toList()));
    this.norm = norm == null ? null : add("norm", norm);
  }

  /** With masks for every layer. */
  public Tensor call(Tensor x, AttentionMasks masks) {
    return calling(() -> of(x, masks));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return of(x, AttentionMasks.none());
  }

  private Tensor of(Tensor x, AttentionMasks masks) {
    var y = x;
    for (var layer : layers.children().values()) y = ((TransformerEncoderLayer) layer).call(y, masks);
    return norm == null ? y : norm.call(y);
  }
}
