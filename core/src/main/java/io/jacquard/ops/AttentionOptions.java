package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What attention looks at, in the words and with the defaults of PyTorch's {@code scaled_dot_product_attention}.
 *
 * <pre>{@code
 * var past = AttentionOptions.defaults().causal();
 * var y = x.scaledDotProductAttention(x, x, past.dropout(0.1));
 * }</pre>
 *
 * @param mask bool, true where a query may look at a key, or of the queries' type, then added to the scores; broadcasts to
 *        [..., L, S]; null for none
 * @param isCausal whether query i looks at keys 0 to i only; together with a mask both count
 * @param dropoutP the share of the weights that is dropped, from 0 to 1; whoever is not training gives 0
 * @param scaling what the scores are multiplied by; null for 1/sqrt(E)
 */
public record AttentionOptions(@Nullable Tensor mask, boolean isCausal, double dropoutP,
    @Nullable Double scaling) {
  private static final AttentionOptions DEFAULTS = new AttentionOptions(null, false, 0, null);

  public AttentionOptions {
    if (!(dropoutP >= 0 && dropoutP <= 1)) {
      throw new JacquardException(
          "scaled_dot_product_attention: dropout is " + dropoutP + ", expected a probability from 0 to 1.");
    }
    if (scaling != null && !Double.isFinite(scaling)) {
      throw new JacquardException(
          "scaled_dot_product_attention: scale is " + scaling + ", expected a finite number.");
    }
  }

  /** No mask, no dropout, the scale 1/sqrt(E). */
  public static AttentionOptions defaults() {
    return DEFAULTS;
  }

  /** Each query looks at the keys up to its own place. */
  public AttentionOptions causal() {
    return new AttentionOptions(mask, true, dropoutP, scaling);
  }

  /** See {@link #mask()}. */
  public AttentionOptions mask(@Nullable Tensor mask) {
    return new AttentionOptions(mask, isCausal, dropoutP, scaling);
  }

  /** Drops so large a share of the weights, and scales the others up. */
  public AttentionOptions dropout(double p) {
    return new AttentionOptions(mask, isCausal, p, scaling);
  }

  /** Multiplies the scores by this number instead of 1/sqrt(E). */
  public AttentionOptions scale(double scale) {
    return new AttentionOptions(mask, isCausal, dropoutP, scale);
  }
}
