package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of logits [N, C] (also [C], and [N, C, d1, ...]), in which the softmax is, against integer labels [N] (a
 * scalar; [N, d1, ...]) or against probabilities of the logits' shape.
 *
 * <pre>{@code
 * var lossFn = Loss.crossEntropy().labelSmoothing(0.1);
 * lossFn.of(model.call(x), labels).backward();
 * Loss.crossEntropy().weight(Tensor.of(1f, 5f)).ignoreIndex(-100).of(model.call(x), labels);
 * }</pre>
 *
 * <p>With weights the mean is by the sum of the labels' weights, as in PyTorch; of probabilities it is by the number of
 * samples. A label that is no class is refused.
 */
public final class CrossEntropyLoss implements Loss.Reducible {
  private final @Nullable Tensor weight;
  private final ClassLabels.@Nullable Ignored ignored;
  private final double smoothing;

  CrossEntropyLoss() {
    this(null, null, 0);
  }

  private CrossEntropyLoss(@Nullable Tensor weight, ClassLabels.@Nullable Ignored ignored,
      double smoothing) {
    this.weight = weight;
    this.ignored = ignored;
    this.smoothing = smoothing;
  }

  /** With a weight for each class, [C], on the logits' device; it must live as long as the loss. */
  public CrossEntropyLoss weight(Tensor weight) {
    return new CrossEntropyLoss(weight, ignored, smoothing);
  }

  /** Leaves out samples with this label, which need not be a class. There is none by default; PyTorch's is -100. */
  public CrossEntropyLoss ignoreIndex(long label) {
    return new CrossEntropyLoss(weight, ClassLabels.Ignored.of(label), smoothing);
  }

  /** Takes this share of the right class and spreads it over all of them (Szegedy et al. 2016). */
  public CrossEntropyLoss labelSmoothing(double share) {
    Check.probability("cross_entropy", "labelSmoothing", share);
    return new CrossEntropyLoss(weight, ignored, share);
  }

  /** The mean; of plain logits [N, C] and labels [N] in one op. */
  @Override
  public Tensor of(Tensor logits, Tensor target) {
    boolean plain = weight == null && ignored == null && smoothing == 0 && logits.rank() == 2
        && target.rank() == 1;
    return plain ? Tensor.apply(new CrossEntropy(), logits, target)[0] : terms(logits, target).mean();
  }

  @Override
  public LossTerms terms(Tensor logits, Tensor target) {
    if (weight != null) ClassLabels.checked("cross_entropy", weight, logits);
    return target.dtype().isFloating() ? ofProbabilities(logits, target) : ofLabels(logits, target);
  }

  private LossTerms ofLabels(Tensor logits, Tensor target) {
    var labels = ClassLabels.of("cross_entropy", logits, target, ignored);
    var log = labels.numbers().logSoftmax(1);
    var losses = labels.pick(log).neg();
    var weights = weight == null ? null : labels.weights(weight);
    if (weights != null) losses = losses.mul(weights);
    if (smoothing > 0) {
      var all = weighted(log).sum(1).mul(-smoothing / log.size(1));
      losses = losses.mul(1 - smoothing).add(all);
    }
    return labels.terms(losses, weights);
  }

  private LossTerms ofProbabilities(Tensor logits, Tensor target) {
    if (logits.rank() == 0 || !logits.dtype().isFloating() || !logits.shape().equals(target.shape())) {
      throw new JacquardException(
          "cross_entropy: logits " + logits.spec() + " and probabilities " + target.spec()
              + ", expected equal shapes [N, C] or [N, C, ...] of floats, or integer labels [N].");
    }
    if (ignored != null) {
      throw new JacquardException("cross_entropy: ignoreIndex(" + ignored.label()
          + ") says nothing of probabilities, expected integer labels.");
    }
    var log = ClassLabels.threeSizes(logits).logSoftmax(1);
    var share = ClassLabels.threeSizes(target);
    if (smoothing > 0) share = share.mul(1 - smoothing).add(smoothing / log.size(1));
    var losses = weighted(log).mul(share).sum(1).neg();
    var shape = logits.shape().without(logits.rank() == 1 ? 0 : 1);
    return LossTerms.of(losses.reshape(shape));
  }

  private Tensor weighted(Tensor log) {
    return weight == null ? log : log.mul(ClassLabels.ofEachClass(weight));
  }
}
