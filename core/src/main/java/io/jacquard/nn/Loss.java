package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.tensor.Tensor;

/**
 * How far predictions are from their targets, as one number: the mean over all elements or samples, as PyTorch has it.
 *
 * <pre>{@code
 * var lossFn = Loss.crossEntropy();
 * lossFn.of(model.call(x), y).backward();
 * }</pre>
 */
@FunctionalInterface
public interface Loss {
  /** A scalar. */
  Tensor of(Tensor prediction, Tensor target);

  /**
   * Cross-entropy of logits [N, C] (softmax is inside) against integer labels [N].
   *
   * @throws JacquardException on a label outside 0 to C-1
   */
  static Loss crossEntropy() {
    return (logits, labels) -> Tensor.apply(new CrossEntropy(), logits, labels)[0];
  }

  /** Negative log-likelihood of log-probabilities [N, C], as LogSoftmax gives them, against integer labels [N]. */
  static Loss nll() {
    return (logProbabilities, labels) -> {
      if (logProbabilities.rank() != 2 || labels.rank() != 1 || labels.size(0) != logProbabilities.size(0)
          || !logProbabilities.dtype().isFloating() || !labels.dtype().isInteger()) {
        throw new JacquardException(
            "nll: log-probabilities " + logProbabilities.spec() + " and labels " + labels.spec()
                + ", expected floating [N, C] and integer labels [N].");
      }
      long classes = logProbabilities.size(1);
      CrossEntropy.checkLabels("nll", labels, classes);
      // Chosen, not multiplied by 0 or 1: the other classes may have a log-probability of minus infinity.
      var picked = Tensor.fuse((p, label, c) -> label.eq(c).where(p, p.constantFor(0)), logProbabilities,
          labels.unsqueeze(1), Tensor.arange(labels.device(), classes));
      return picked.sum().div(-labels.size(0));
    };
  }

  /** The mean squared error. */
  static Loss mse() {
    return (prediction, target) -> {
      sameShape("mse", prediction, target);
      return Tensor.fuse((p, t) -> p.sub(t).square(), prediction, target).mean();
    };
  }

  /** Binary cross-entropy of probabilities; logarithms are held above -100, as in PyTorch. */
  static Loss bce() {
    return (probability, target) -> {
      sameShape("bce", probability, target);
      return Tensor.fuse((p, t) -> {
        var logP = p.log();
        var logQ = p.rsub(1).log();
        var heldP = logP.lt(-100).where(logP.constantFor(-100), logP);
        var heldQ = logQ.lt(-100).where(logQ.constantFor(-100), logQ);
        return t.mul(heldP).add(t.rsub(1).mul(heldQ)).neg();
      }, probability, target).mean();
    };
  }

  /** Binary cross-entropy of logits, {@code max(x, 0) - x*t + log(1 + exp(-|x|))}, which cannot overflow. */
  static Loss bceWithLogits() {
    return (logit, target) -> {
      sameShape("bce_with_logits", logit, target);
      return Tensor.fuse((x, t) -> x.softplus().sub(x.mul(t)), logit, target).mean();
    };
  }

  private static void sameShape(String loss, Tensor prediction, Tensor target) {
    if (!prediction.shape().equals(target.shape())) {
      throw new JacquardException(loss + ": prediction " + prediction.shape() + " and target "
          + target.shape()
          + ", expected equal shapes. Use reshape() on one of them; broadcasting here would hide a mistake.");
    }
  }
}
