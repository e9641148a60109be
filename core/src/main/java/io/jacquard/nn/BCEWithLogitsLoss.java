package io.jacquard.nn;

import io.jacquard.expr.Scalar;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of logits x, in which the sigmoid is, and targets t of one shape:
 * {@code max(x, 0) - x * t + log(1 + exp(-|x|))}, which cannot overflow.
 *
 * <pre>{@code
 * Loss.bceWithLogits().posWeight(Tensor.of(3f)).of(model.call(x), y).backward();
 * }</pre>
 */
public final class BCEWithLogitsLoss implements Loss.Reducible {
  private final @Nullable Tensor weight;
  private final @Nullable Tensor posWeight;
  private final ScalarFunction each;

  BCEWithLogitsLoss() {
    this(null, null);
  }

  private BCEWithLogitsLoss(@Nullable Tensor weight, @Nullable Tensor posWeight) {
    this.weight = weight;
    this.posWeight = posWeight;
    each = ScalarFunction.of("bce_with_logits", in -> {
      var loss = posWeight == null ? plain(in[0], in[1]) : weighted(in[0], in[1], in[2]);
      return weight == null ? loss : loss.mul(in[in.length - 1]);
    });
  }

  private static Scalar plain(Scalar x, Scalar t) {
    return x.softplus().sub(x.mul(t));
  }

  private static Scalar weighted(Scalar x, Scalar t, Scalar posWeight) {
    var factor = posWeight.sub(1).mul(t).add(1);
    return t.rsub(1).mul(x).add(factor.mul(x.neg().softplus()));
  }

  /** With a factor for each element's loss, which broadcasts to them; it must live as long as the loss. */
  public BCEWithLogitsLoss weight(Tensor weight) {
    return new BCEWithLogitsLoss(weight, posWeight);
  }

  /** With a factor for the losses of positive targets, which broadcasts to them: above 1 it favours recall. */
  public BCEWithLogitsLoss posWeight(Tensor posWeight) {
    return new BCEWithLogitsLoss(weight, posWeight);
  }

  @Override
  public LossTerms terms(Tensor logit, Tensor target) {
    Check.sameShape("bce_with_logits", logit, target);
    var in = new ArrayList<>(List.of(logit, target));
    if (posWeight != null) in.add(posWeight);
    if (weight != null) in.add(weight);
    for (var factor : in.subList(2, in.size())) Check.broadcasts("bce_with_logits", logit, factor);
    return LossTerms.of("bce_with_logits", each, in.toArray(Tensor[]::new));
  }
}
