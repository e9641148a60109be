package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.expr.Scalar;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Tensor;
import java.util.function.BinaryOperator;

/**
 * How far predictions are from their targets, as one number: the mean over all elements or samples, as PyTorch has it.
 *
 * <pre>{@code
 * var lossFn = Loss.crossEntropy();
 * lossFn.of(model.call(x), y).backward();
 * Loss.mse().sum().of(model.call(x), y);              // the sum in place of the mean
 * Loss.mse().none().of(model.call(x), y);             // a loss for each element
 * Loss.crossEntropy().labelSmoothing(0.1).sum();
 * }</pre>
 *
 * <p>Whoever needs another one writes a lambda. Losses of three tensors are {@link TripleLoss}es.
 */
@FunctionalInterface
public interface Loss {
  /** A scalar, or for a loss that {@link Reducible#none} gave, one number for each element or sample. */
  Tensor of(Tensor prediction, Tensor target);

  /**
   * A loss that is the mean of terms; they can also be summed up, or left as they are.
   *
   * <pre>{@code
   * Loss.Reducible loss = (p, t) -> LossTerms.of(p.sub(t).abs());
   * loss.sum().of(x, y);
   * }</pre>
   */
  interface Reducible extends Loss {
    LossTerms terms(Tensor prediction, Tensor target);

    @Override
    default Tensor of(Tensor prediction, Tensor target) {
      return terms(prediction, target).mean();
    }

    /** PyTorch's {@code reduction='sum'}. */
    default Loss sum() {
      return (prediction, target) -> terms(prediction, target).sum();
    }

    /** PyTorch's {@code reduction='none'}. */
    default Loss none() {
      return (prediction, target) -> terms(prediction, target).values();
    }

    /** The sum by the size of dimension 0: PyTorch's {@code reduction='batchmean'}, which is what {@link #klDiv} means. */
    default Loss batchMean() {
      return (prediction, target) -> terms(prediction, target).sum().div(prediction.size(0));
    }
  }

  // ---- of classes

  /** Cross-entropy of logits, in which the softmax is, against labels or probabilities: see {@link CrossEntropyLoss}. */
  static CrossEntropyLoss crossEntropy() {
    return new CrossEntropyLoss();
  }

  /** Negative log-likelihood of log-probabilities, as LogSoftmax gives them: see {@link NLLLoss}. */
  static NLLLoss nll() {
    return new NLLLoss();
  }

  /** {@link #multiMargin(int, double)} with p 1 and margin 1. */
  static MultiMarginLoss multiMargin() {
    return multiMargin(1, 1);
  }

  /** The hinge loss of several classes: see {@link MultiMarginLoss}. */
  static MultiMarginLoss multiMargin(int p, double margin) {
    return new MultiMarginLoss(p, margin);
  }

  // ---- of yes and no

  /** Binary cross-entropy of probabilities: see {@link BCELoss}. */
  static BCELoss bce() {
    return new BCELoss();
  }

  /** Binary cross-entropy of logits, in which the sigmoid is: see {@link BCEWithLogitsLoss}. */
  static BCEWithLogitsLoss bceWithLogits() {
    return new BCEWithLogitsLoss();
  }

  /** {@link #hingeEmbedding(double)} with margin 1. */
  static Reducible hingeEmbedding() {
    return hingeEmbedding(1);
  }

  /** x where the target is 1, {@code max(0, margin - x)} where it is -1: x is a distance. */
  static Reducible hingeEmbedding(double margin) {
    return elementwise("hinge_embedding", (x, t) -> {
      var zero = x.constantFor(0);
      var far = Hinge.of(x.rsub(margin));
      return t.ne(1).where(far, zero).add(t.ne(-1).where(x, zero));
    });
  }

  // ---- of numbers

  /** The squared error. */
  static Reducible mse() {
    return elementwise("mse", (p, t) -> p.sub(t).square());
  }

  /** The absolute error. */
  static Reducible l1() {
    return elementwise("l1", (p, t) -> p.sub(t).abs());
  }

  /** {@link #huber(double)} with delta 1. */
  static Reducible huber() {
    return huber(1);
  }

  /** Half of the squared error where that is below delta, from there on a line of slope delta (Huber 1964). */
  static Reducible huber(double delta) {
    if (!(delta > 0)) throw new JacquardException("huber: delta is " + delta + ", expected more than 0.");
    return elementwise("huber", (p, t) -> {
      var d = p.sub(t).abs();
      return d.lt(delta).where(d.mul(0.5).mul(d), d.sub(0.5 * delta).mul(delta));
    });
  }

  /** {@link #smoothL1(double)} with beta 1. */
  static Reducible smoothL1() {
    return smoothL1(1);
  }

  /** {@link #huber} by beta: {@code d^2 / (2 beta)} where the error d is below beta, from there on {@code d - beta / 2}. */
  static Reducible smoothL1(double beta) {
    if (beta == 0) return l1();
    Check.notNegative("smooth_l1", "beta", beta);
    return elementwise("smooth_l1", (p, t) -> {
      var d = p.sub(t).abs();
      return d.lt(beta).where(d.mul(0.5).mul(d).div(beta), d.sub(0.5 * beta));
    });
  }

  /** {@link #klDiv(boolean)} of target probabilities. */
  static Reducible klDiv() {
    return klDiv(false);
  }

  /**
   * The divergence {@code t * (log t - x)} (Kullback, Leibler 1951) of log-probabilities x from a target distribution t.
   * The mean is over all elements, as in PyTorch; {@link Reducible#batchMean} is the divergence itself.
   *
   * @param logTarget whether the target, too, is given by its logarithm
   */
  static Reducible klDiv(boolean logTarget) {
    return logTarget
        ? elementwise("kl_div", (x, t) -> t.exp().mul(t.sub(x)))
        : elementwise("kl_div", (x, t) -> t.eq(0).where(t.constantFor(0), t.mul(t.log())).sub(t.mul(x)));
  }

  // ---- of three tensors

  /** {@link #marginRanking(double)} with margin 0. */
  static TripleLoss.Reducible marginRanking() {
    return marginRanking(0);
  }

  /** {@code max(0, -y * (x1 - x2) + margin)} of x1, x2 and y: 1 where x1 should be the larger one, -1 where x2 should. */
  static TripleLoss.Reducible marginRanking(double margin) {
    return TripleLosses.marginRanking(margin);
  }

  /** {@link #cosineEmbedding(double)} with margin 0. */
  static TripleLoss.Reducible cosineEmbedding() {
    return cosineEmbedding(0);
  }

  /**
   * Of x1 and x2, [N, D] or [D], and y, [N] or a scalar: {@code 1 - cos(x1, x2)} where y is 1,
   * {@code max(0, cos(x1, x2) - margin)} where it is -1.
   */
  static TripleLoss.Reducible cosineEmbedding(double margin) {
    return TripleLosses.cosineEmbedding(margin);
  }

  /** {@link #tripletMargin(double, double, boolean)} with margin 1, p 2 and no swap. */
  static TripleLoss.Reducible tripletMargin() {
    return tripletMargin(1, 2, false);
  }

  /**
   * {@code max(0, d(anchor, positive) - d(anchor, negative) + margin)} of three tensors [N, D] or [D], d being the distance
   * by the p-norm, of whose differences 1e-6 is taken as PyTorch does (Balntas et al. 2016).
   *
   * @param swap take d(positive, negative) for the second distance where that is smaller
   */
  static TripleLoss.Reducible tripletMargin(double margin, double p, boolean swap) {
    return TripleLosses.tripletMargin(margin, p, swap);
  }

  /** A function of an element of the prediction and of one of the target. */
  private static Reducible elementwise(String name, BinaryOperator<Scalar> each) {
    var function = ScalarFunction.of(name, in -> each.apply(in[0], in[1]));
    return (prediction, target) -> {
      Check.sameShape(name, prediction, target);
      return LossTerms.of(name, function, prediction, target);
    };
  }
}
