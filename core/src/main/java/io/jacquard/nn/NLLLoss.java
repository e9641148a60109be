package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Negative log-likelihood: minus the log-probability of the right class, for log-probabilities [N, C] (also [C], and
 * [N, C, d1, ...]) as LogSoftmax gives them, and integer labels [N] (a scalar; [N, d1, ...]).
 *
 * <pre>{@code
 * var lossFn = Loss.nll().weight(Tensor.of(1f, 5f)).ignoreIndex(-100);
 * lossFn.of(model.call(x).logSoftmax(1), labels).backward();
 * }</pre>
 *
 * <p>With weights the mean is by their sum, as in PyTorch. A label that is no class is refused.
 */
public final class NLLLoss implements Loss.Reducible {
  private final @Nullable Tensor weight;
  private final ClassLabels.@Nullable Ignored ignored;

  NLLLoss() {
    this(null, null);
  }

  private NLLLoss(@Nullable Tensor weight, ClassLabels.@Nullable Ignored ignored) {
    this.weight = weight;
    this.ignored = ignored;
  }

  /** With a weight for each class, [C], on the predictions' device; it must live as long as the loss. */
  public NLLLoss weight(Tensor weight) {
    return new NLLLoss(weight, ignored);
  }

  /** Leaves out samples with this label, which need not be a class. There is none by default; PyTorch's is -100. */
  public NLLLoss ignoreIndex(long label) {
    return new NLLLoss(weight, ClassLabels.Ignored.of(label));
  }

  @Override
  public LossTerms terms(Tensor logProbabilities, Tensor target) {
    var labels = ClassLabels.of("nll", logProbabilities, target, ignored);
    var losses = labels.pick(labels.numbers()).neg();
    if (weight == null) return labels.terms(losses, null);
    var weights = labels.weights(ClassLabels.checked("nll", weight, logProbabilities));
    return labels.terms(losses.mul(weights), weights);
  }
}
