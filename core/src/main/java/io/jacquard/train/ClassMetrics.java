package io.jacquard.train;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.nn.Loss;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/** Metrics of classifiers, beside those that come from a {@link ConfusionMatrix}. */
final class ClassMetrics {
  private ClassMetrics() {}

  static Metric accuracy() {
    return shareOf("accuracy", (logits, labels) -> logits.argmax(1).eq(labels));
  }

  static Metric topK(int k) {
    if (k < 1) throw new JacquardException("topK: k is " + k + ", expected 1 or more.");
    return shareOf("top" + k + "_accuracy", (logits, labels) -> rank(logits, labels).lt(k));
  }

  static Metric binaryAccuracy(double threshold) {
    return shareOf("accuracy", (prediction, target) -> {
      sameShape("binaryAccuracy", prediction, target);
      return Tensor.fuse((p, t) -> p.gt(threshold).eq(t.gt(0.5)), prediction, target);
    });
  }

  /** The mean of what is true or false of each label. */
  private static Metric shareOf(String name, Metric.Contribution right) {
    return Metric.sums(name, (prediction, target) -> {
      var each = right.of(prediction, target);
      // For a label a sample this is a count; for more, such as one a pixel, a sample counts as one.
      var count = each.sum();
      long perSample = each.size(0) == 0 ? 1 : each.numel() / each.size(0);
      return perSample == 1 ? count : count.to(DType.FLOAT32).div(perSample);
    }, (sum, samples) -> sum[0] / samples);
  }

  /**
   * The number of classes that come before the label: those with a larger logit, and those before it with an equal one.
   * C where the label's logit is NaN, which is never right.
   */
  private static Tensor rank(Tensor logits, Tensor labels) {
    var label = labels.unsqueeze(1);
    var classes = Tensor.arange(logits.device(), logits.size(1));
    var own = Tensor.fuse((x, l, c) -> l.eq(c).where(x, x.constantFor(0)), logits, label, classes)
        .sum(true, 1);
    return Tensor.fuseAll(in -> {
      var x = in[0];
      var before = x.gt(in[1]).or(x.eq(in[1]).and(in[3].lt(in[2])));
      return before.or(in[1].eq(in[1]).not()).to(DType.INT64);
    }, logits, own, label, classes).sum(1);
  }

  static Metric auc() {
    return Metric.samples("auc", (prediction, target) -> {
      var score = prediction.rank() == 2 && prediction.size(1) == 2
          ? prediction.slice(1, 1, 2).sub(prediction.slice(1, 0, 1))
          : prediction;
      if (score.numel() != score.size(0) || target.numel() != score.numel()) {
        throw new JacquardException("auc: predictions " + prediction.shape() + " and targets "
            + target.shape() + ", expected scores [N] or [N, 1], or logits [N, 2], and targets [N].");
      }
      long n = score.size(0);
      return Tensor.concat(1, score.to(DType.FLOAT32).reshape(n, 1), target.to(DType.FLOAT32).reshape(n, 1));
    }, ClassMetrics::auc);
  }

  /** The share of pairs of a positive and a negative that are in order, from pairs (score, target). */
  private static double auc(double[] pairs, long samples) {
    var positive = new double[(int) samples];
    var negative = new double[(int) samples];
    int positives = 0;
    int negatives = 0;
    for (int i = 0; i < samples; i++) {
      double score = pairs[2 * i];
      if (Double.isNaN(score)) return Double.NaN;
      if (pairs[2 * i + 1] > 0.5)
        positive[positives++] = score == 0 ? 0 : score; // -0 sorts before 0, but equals it
      else
        negative[negatives++] = score == 0 ? 0 : score;
    }
    Arrays.sort(positive, 0, positives);
    Arrays.sort(negative, 0, negatives);
    double inOrder = 0;
    int less = 0;
    int notMore = 0;
    for (int i = 0; i < positives; i++) {
      while (less < negatives && negative[less] < positive[i]) less++;
      while (notMore < negatives && negative[notMore] <= positive[i]) notMore++;
      inOrder += 0.5 * ((double) less + notMore);
    }
    return inOrder / ((double) positives * negatives);
  }

  static Metric perplexity() {
    var loss = Loss.crossEntropy();
    return Metric.sums("perplexity", (logits, labels) -> {
      var sum = loss.of(logits, labels).mul(labels.numel()).to(DType.FLOAT32).reshape(1);
      var count = Tensor.ones(labels.device(), labels.dtype(), labels.shape()).sum().to(DType.FLOAT32);
      return Tensor.concat(0, sum, count.reshape(1));
    }, (sums, _) -> Math.exp(sums[0] / sums[1]));
  }

  static void sameShape(String metric, Tensor prediction, Tensor target) {
    if (!prediction.shape().equals(target.shape())) {
      throw new JacquardException(metric + ": prediction " + prediction.shape() + " and target "
          + target.shape() + ", expected equal shapes. Use reshape() on one of them.");
    }
  }
}
