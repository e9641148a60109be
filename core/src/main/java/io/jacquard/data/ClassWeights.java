package io.jacquard.data;

import io.jacquard.JacquardException;

/**
 * Weights that make up for classes of unequal size.
 *
 * <pre>{@code
 * int[] labels = {0, 0, 0, 1};
 * double[] perClass = ClassWeights.balanced(labels, 2);            // 0.667, 2: for a weighted loss
 * double[] perSample = ClassWeights.ofSamples(labels, perClass);   // for DataLoader.weighted
 * }</pre>
 */
public final class ClassWeights {
  private ClassWeights() {}

  /** How many samples each class has. */
  public static long[] counts(int[] labels, int classes) {
    var counts = new long[classes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new JacquardException("ClassWeights: label " + i + " is " + labels[i] + ", expected 0 to "
            + (classes - 1) + ".");
      }
      counts[labels[i]]++;
    }
    return counts;
  }

  /**
   * scikit-learn's "balanced" weights: {@code samples / (classes * samples of the class)}, so that each class weighs the
   * same in all. A class without samples gets 0.
   */
  public static double[] balanced(int[] labels, int classes) {
    var counts = counts(labels, classes);
    var weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      if (counts[c] > 0) weights[c] = (double) labels.length / ((double) classes * counts[c]);
    }
    return weights;
  }

  /** The weight of each sample's class. */
  public static double[] ofSamples(int[] labels, double[] classWeights) {
    counts(labels, classWeights.length);
    var weights = new double[labels.length];
    for (int i = 0; i < weights.length; i++) weights[i] = classWeights[labels[i]];
    return weights;
  }
}
