package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads, as layers and models share it: [N, T, E] is cut into heads of E / heads numbers each, and put
 * together again.
 *
 * <pre>{@code
 * var y = Heads.attend(x, x, x, 4, AttentionOptions.defaults().causal(), null);   // [N, T, E]
 * }</pre>
 */
public final class Heads {
  private Heads() {}

  /** [N, T, E] as [N, heads, T, E / heads]: a view. */
  public static Tensor split(Tensor x, int heads) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).permute(0, 2, 1, 3);
  }

  /** The reverse of {@link #split}. */
  public static Tensor join(Tensor y) {
    return y.permute(0, 2, 1, 3).reshape(y.size(0), y.size(2), y.size(1) * y.size(3));
  }

  /**
   * Attention of queries [N, L, E], keys [N, S, E] and values [N, S, Ev] in each of the heads: [N, L, Ev].
   *
   * @param cache of the places before these keys, which it then holds as well; causal attention counts them; null for none
   */
  public static Tensor attend(Tensor query, Tensor key, Tensor value, int heads, AttentionOptions options,
      @Nullable KeyValueCache cache) {
    var q = split(query, heads);
    var k = split(key, heads);
    var v = split(value, heads);
    if (cache == null) return join(q.scaledDotProductAttention(k, v, options));
    long past = cache.length();
    var all = cache.append(k, v);
    return join(q.scaledDotProductAttention(all.keys(), all.values(), moved(options, q, past)));
  }

  /** Causal options for queries before which there are {@code past} places. */
  private static AttentionOptions moved(AttentionOptions options, Tensor q, long past) {
    if (!options.isCausal() || past == 0) return options;
    var given = new AttentionOptions(options.mask(), false, options.dropoutP(), options.scaling());
    long queries = q.size(-2);
    if (queries == 1) return given; // the newest place sees all
    var places = Tensor.arange(q.device(), past + queries);
    var seen = places.le(places.slice(0, past, past + queries).unsqueeze(1));
    var mask = options.mask();
    if (mask == null) return given.mask(seen);
    if (mask.dtype() == DType.BOOL) return given.mask(mask.and(seen));
    return given.mask(mask.maskedFill(seen.not(), Double.NEGATIVE_INFINITY));
  }
}
