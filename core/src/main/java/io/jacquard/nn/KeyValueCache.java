package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of the places that an attention layer has seen, so that a text that grows by a token costs the work of
 * one token. For use without gradients.
 *
 * <pre>{@code
 * var attention = new MultiheadAttention(64, 8, MultiheadOptions.defaults().batchFirst());
 * try (var cache = new KeyValueCache(); var _ = GradMode.noGrad()) {
 *   var first = attention.call(Tensor.ones(1, 10, 64), AttentionMasks.none().causal(), cache);
 *   var next = attention.call(Tensor.ones(1, 1, 64), AttentionMasks.none().causal(), cache);   // sees 11 places
 * }
 * }</pre>
 *
 * <p>A step copies what is there, which takes about as long as the attention that reads it.
 */
public final class KeyValueCache implements AutoCloseable {
  private @Nullable Tensor keys;
  private @Nullable Tensor values;

  /** Both, of all places up to now. */
  record Pair(Tensor keys, Tensor values) {}

  /** How many places are held. */
  public long length() {
    return keys == null ? 0 : keys.size(-2);
  }

  /** Adds keys and values [..., T, D] of further places; all of them, as this cache holds them. */
  Pair append(Tensor moreKeys, Tensor moreValues) {
    keys = replaced(keys, moreKeys.detach());
    values = replaced(values, moreValues.detach());
    return new Pair(keys, values);
  }

  private static Tensor replaced(@Nullable Tensor before, Tensor more) {
    if (before == null) return more.contiguous().detach().hold();
    var all = Tensor.concat(before.rank() - 2, before, more).hold();
    before.close();
    return all;
  }

  /** Forgets all places, and may be used again. */
  public void clear() {
    if (keys != null) keys.close();
    if (values != null) values.close();
    keys = null;
    values = null;
  }

  /** Forgets all places. */
  @Override
  public void close() {
    clear();
  }
}
