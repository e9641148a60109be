package io.jacquard.nn;

import io.jacquard.ops.BinaryCrossEntropy;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy {@code -(t * log p + (1 - t) * log(1 - p))} of probabilities p and targets t of one shape. Logarithms
 * are held above -100, and the gradient at 0 and 1 is held too, as in PyTorch.
 *
 * <pre>{@code
 * Loss.bce().of(model.call(x).sigmoid(), y).backward();
 * }</pre>
 *
 * <p>{@link BCEWithLogitsLoss} of the logits is the better choice where there are any.
 */
public final class BCELoss implements Loss.Reducible {
  private final @Nullable Tensor weight;

  BCELoss() {
    this(null);
  }

  private BCELoss(@Nullable Tensor weight) {
    this.weight = weight;
  }

  /** With a factor for each element's loss, which broadcasts to them; it must live as long as the loss. */
  public BCELoss weight(Tensor weight) {
    return new BCELoss(weight);
  }

  @Override
  public LossTerms terms(Tensor probability, Tensor target) {
    Check.sameShape("bce", probability, target);
    var losses = Tensor.apply(new BinaryCrossEntropy(), probability, target.to(probability.dtype()))[0];
    return LossTerms.of(weight == null ? losses : Check.broadcasts("bce", losses, weight).mul(weight));
  }
}
