package io.jacquard.train;

import io.jacquard.tensor.Tensor;

/**
 * A number that says how good predictions are, over an epoch or a whole data set.
 *
 * <pre>{@code
 * var trainer = Trainer.of(model).metric(Metric.accuracy(), Metric.f1(3));
 * System.out.println(trainer.evaluate(data));          // accuracy 0.9533 · f1 0.9531 · loss 0.1210
 * }</pre>
 *
 * <p>A metric says what a batch contributes, on the device, and makes the number of what all batches have contributed,
 * on the host. Definitions and names are scikit-learn's. A metric of one's own:
 *
 * <pre>{@code
 * var bias = Metric.sums("bias", (prediction, target) -> prediction.sub(target).sum(), (sum, n) -> sum[0] / n);
 * }</pre>
 */
public interface Metric {
  /** How the contributions of batches become one state. */
  enum State {
    /** A few numbers, added up in double precision on the host: float32 sums of an epoch would lose digits. */
    SUMS,
    /** Counts of any number and shape, added up as int64 on the device, which are read when the epoch is over. */
    COUNTS,
    /** Numbers for each sample, the first dimension being the samples: all are collected. */
    SAMPLES
  }

  /** What a batch contributes. */
  @FunctionalInterface
  interface Contribution {
    /** Of a fixed shape, but that dimension 0 is the samples if they are collected. */
    Tensor of(Tensor prediction, Tensor target);
  }

  /** The metric's value. */
  @FunctionalInterface
  interface Value {
    /**
     * @param state the sums, the counts, or the collected numbers sample by sample
     * @param samples how many samples contributed
     */
    double of(double[] state, long samples);
  }

  /** The name in histories and on progress lines, such as {@code accuracy}. */
  String name();

  State state();

  /** What a batch contributes, in a shape that is the same for all batches; see {@link State}. */
  Tensor contribution(Tensor prediction, Tensor target);

  /** The number, from all contributions. NaN where it is not defined. */
  double value(double[] state, long samples);

  /** A metric from numbers that are added up, such as means. */
  static Metric sums(String name, Contribution contribution, Value value) {
    return new GivenMetric(name, State.SUMS, contribution, value);
  }

  /** A metric from integers that are counted on the device, such as a confusion matrix. */
  static Metric counts(String name, Contribution contribution, Value value) {
    return new GivenMetric(name, State.COUNTS, contribution, value);
  }

  /** A metric that needs numbers of every sample at once, such as ranks. */
  static Metric samples(String name, Contribution contribution, Value value) {
    return new GivenMetric(name, State.SAMPLES, contribution, value);
  }

  // ---- classes

  /** How often the largest of the logits [N, C] is at the label [N]. */
  static Metric accuracy() {
    return ClassMetrics.accuracy();
  }

  /** How often the label [N] is among the {@code k} largest of the logits [N, C]. Named {@code top5_accuracy}. */
  static Metric topK(int k) {
    return ClassMetrics.topK(k);
  }

  /**
   * How often a prediction is on the right side of the threshold: above it where the target is 1, not above it where it
   * is 0. Shapes are equal. Named {@code accuracy}.
   *
   * @param threshold 0 for logits, 0.5 for probabilities
   */
  static Metric binaryAccuracy(double threshold) {
    return ClassMetrics.binaryAccuracy(threshold);
  }

  /** Of those that were said to be of a class, the share that is: the mean over the classes. */
  static Metric precision(int classes) {
    return ConfusionMatrix.metric("precision", classes, m -> m.precision(Average.MACRO));
  }

  /** Of those that are of a class, the share that was said to be: the mean over the classes. */
  static Metric recall(int classes) {
    return ConfusionMatrix.metric("recall", classes, m -> m.recall(Average.MACRO));
  }

  /** The harmonic mean of a class's precision and recall: the mean over the classes. */
  static Metric f1(int classes) {
    return ConfusionMatrix.metric("f1", classes, m -> m.f1(Average.MACRO));
  }

  /** As {@link #f1(int)}, averaged as asked for: {@code Metric.f1(3, Average.MICRO)} is named {@code f1_micro}. */
  static Metric f1(int classes, Average average) {
    return ConfusionMatrix.metric("f1_" + average.label(), classes, m -> m.f1(average));
  }

  /**
   * The area under the receiver operating characteristic: how likely a sample of class 1 has a higher score than one of
   * class 0, equal scores counting half. Exact, by ranks over all scores. NaN if a class is missing.
   *
   * <p>Predictions are scores [N] or [N, 1] (logits or probabilities), or logits [N, 2] of the two classes.
   */
  static Metric auc() {
    return ClassMetrics.auc();
  }

  // ---- numbers

  /** The mean squared error over all elements. */
  static Metric mse() {
    return RegressionMetrics.mse();
  }

  /** The root of the mean squared error. */
  static Metric rmse() {
    return RegressionMetrics.rmse();
  }

  /** The mean absolute error over all elements. */
  static Metric mae() {
    return RegressionMetrics.mae();
  }

  /**
   * The coefficient of determination, {@code 1 - sum (y - p)^2 / sum (y - mean y)^2}: 1 is perfect, 0 is as good as the
   * mean. Of several outputs, the mean of theirs. Collects predictions and targets, so that no digits are lost. NaN if
   * the targets are all equal.
   */
  static Metric r2() {
    return RegressionMetrics.r2();
  }

  /** {@code exp} of the mean cross-entropy of logits [N, C] against labels [N]; N counts the predicted tokens. */
  static Metric perplexity() {
    return ClassMetrics.perplexity();
  }
}
