package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a layer's attention must not look at. As in PyTorch's layers, and unlike in its function, true stands for what is
 * left out; masks of floats are added to the scores.
 *
 * <pre>{@code
 * var y = new TransformerEncoderLayer(64, 8, TransformerOptions.defaults().batchFirst())
 *     .call(Tensor.ones(2, 10, 64), AttentionMasks.none().causal());
 * }</pre>
 *
 * @param mask [L, S] or [N * heads, L, S]; null for none
 * @param keyPadding [N, S], or [S] without a batch: the keys that only fill up short sequences; null for none
 * @param isCausal whether place i looks at places 0 to i only
 */
public record AttentionMasks(@Nullable Tensor mask, @Nullable Tensor keyPadding, boolean isCausal) {
  private static final AttentionMasks NONE = new AttentionMasks(null, null, false);

  /** Everything may be looked at. */
  public static AttentionMasks none() {
    return NONE;
  }

  /** Leaves out what comes later. */
  public AttentionMasks causal() {
    return new AttentionMasks(mask, keyPadding, true);
  }

  /** See {@link #mask()}. */
  public AttentionMasks mask(@Nullable Tensor mask) {
    return new AttentionMasks(mask, keyPadding, isCausal);
  }

  /** See {@link #keyPadding()}. */
  public AttentionMasks keyPadding(@Nullable Tensor keyPadding) {
    return new AttentionMasks(mask, keyPadding, isCausal);
  }

  /** Both masks as one for {@code scaledDotProductAttention}, which broadcasts to [N, heads, L, S]; null for none. */
  @Nullable
  Tensor forFunction(String module, long batch, long heads, long queries, long keys, DType type) {
    var given = mask == null ? null : ofScores(module, mask, batch, heads, queries, keys);
    var padding = keyPadding == null ? null : ofKeys(module, keyPadding, batch, keys);
    if (given == null || padding == null) {
      var one = given == null ? padding : given;
      return one == null ? null : one.dtype() == DType.BOOL ? one.not() : one.to(type);
    }
    if (given.dtype() == DType.BOOL && padding.dtype() == DType.BOOL) return given.or(padding).not();
    return added(given, type).add(added(padding, type));
  }

  private static Tensor added(Tensor mask, DType type) {
    if (mask.dtype() != DType.BOOL) return mask.to(type);
    return Tensor.where(mask, Double.NEGATIVE_INFINITY, 0.0).to(type);
  }

  private static Tensor ofScores(String module, Tensor mask, long batch, long heads, long queries,
      long keys) {
    requireType(module, "mask", mask);
    if (mask.shape().equals(Shape.of(queries, keys))) return mask;
    if (mask.shape().equals(Shape.of(batch * heads, queries, keys)))
      return mask.reshape(batch, heads, queries, keys);
    throw new JacquardException(module + ": the mask is " + mask.shape() + ", expected [L, S], which is ["
        + queries + ", " + keys + "], or [N * heads, L, S], which is [" + batch * heads + ", " + queries
        + ", " + keys
        + "].");
  }

  private static Tensor ofKeys(String module, Tensor padding, long batch, long keys) {
    requireType(module, "key padding mask", padding);
    boolean whole = padding.shape().equals(Shape.of(batch, keys));
    if (!whole && !(batch == 1 && padding.shape().equals(Shape.of(keys)))) {
      throw new JacquardException(module + ": the key padding mask is " + padding.shape()
          + ", expected [N, S], which is [" + batch + ", " + keys + "].");
    }
    return padding.reshape(batch, 1, 1, keys);
  }

  private static void requireType(String module, String what, Tensor mask) {
    if (mask.dtype() != DType.BOOL && !mask.dtype().isFloating()) {
      throw new JacquardException(module + ": the " + what + " is " + mask.dtype()
          + ", expected bool (true: left out) or floats (added). Make one with a comparison, such as eq(0).");
    }
  }
}
