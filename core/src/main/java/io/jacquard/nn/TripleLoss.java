package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * A {@link Loss} of three tensors.
 *
 * <pre>{@code
 * var loss = Loss.tripletMargin().of(model.call(x), model.call(a), model.call(b));
 * var each = Loss.cosineEmbedding(0.2).none().of(x, y, labels);
 * }</pre>
 */
@FunctionalInterface
public interface TripleLoss {
  /** A scalar, or for a loss that {@link Reducible#none} gave, one number for each sample. */
  Tensor of(Tensor first, Tensor second, Tensor third);

  /** See {@link Loss.Reducible}. */
  interface Reducible extends TripleLoss {
    LossTerms terms(Tensor first, Tensor second, Tensor third);

    @Override
    default Tensor of(Tensor first, Tensor second, Tensor third) {
      return terms(first, second, third).mean();
    }

    /** PyTorch's {@code reduction='sum'}. */
    default TripleLoss sum() {
      return (first, second, third) -> terms(first, second, third).sum();
    }

    /** PyTorch's {@code reduction='none'}. */
    default TripleLoss none() {
      return (first, second, third) -> terms(first, second, third).values();
    }
  }
}
