package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a data set into parts at random, such as one to train with, one to watch the training with and one to test with.
 *
 * <pre>{@code
 * var parts = Split.random(data.size(), 1, 0.8, 0.1, 0.1);
 * var train = data.subset(parts.get(0));
 * var test = data.subset(parts.get(2));
 * }</pre>
 *
 * <p>The parts follow from the seed alone. Within a part, samples are in the order of the data set.
 */
public final class Split {
  private Split() {}

  /**
   * Parts whose sizes are the given shares of {@code size}, rounded so that all samples are used.
   *
   * @param shares each above 0, together 1
   * @throws JacquardException if the shares do not add up, or a part would be empty
   */
  public static List<int[]> random(long size, long seed, double... shares) {
    requireShares(shares);
    int count = Math.toIntExact(size);
    var order = new Generator(seed).permutation(count);
    var parts = cut(order, shares);
    for (int p = 0; p < shares.length; p++) {
      if (parts.get(p).length == 0) {
        throw new JacquardException("Split: a share of " + shares[p] + " of " + size
            + " samples is none. Use a larger share or more data.");
      }
    }
    return parts;
  }

  /**
   * As {@link #random}, cutting each class on its own, so that every part has about the same mix of classes.
   *
   * @param labels the class of each sample, from 0
   * @throws JacquardException if a class has fewer samples than there are parts
   */
  public static List<int[]> stratified(int[] labels, long seed, double... shares) {
    requireShares(shares);
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    var counts = ClassWeights.counts(labels, classes);
    var generator = new Generator(seed);
    var order = generator.permutation(labels.length);
    var parts = new ArrayList<int[]>();
    for (int p = 0; p < shares.length; p++) parts.add(new int[0]);
    // Carried from class to class, so that rounding does not always favour the same part.
    var owed = new double[shares.length];
    for (int c = 0; c < classes; c++) {
      int label = c;
      if (counts[c] == 0) continue;
      if (counts[c] < shares.length) {
        throw new JacquardException("Split: class " + c + " has " + counts[c] + " samples, too few for "
            + shares.length + " parts. Leave the class out, or split without stratifying.");
      }
      var own = Arrays.stream(order).filter(i -> labels[i] == label).toArray();
      var sizes = sizes(own.length, shares, owed);
      int at = 0;
      for (int p = 0; p < shares.length; p++) {
        parts.set(p, join(parts.get(p), Arrays.copyOfRange(own, at, at + sizes[p])));
        at += sizes[p];
      }
    }
    parts.forEach(Arrays::sort);
    return parts;
  }

  private static List<int[]> cut(int[] order, double[] shares) {
    var parts = new ArrayList<int[]>();
    double share = 0;
    int at = 0;
    for (int p = 0; p < shares.length; p++) {
      share += shares[p];
      int to = p == shares.length - 1 ? order.length : (int) Math.round(share * order.length);
      var part = Arrays.copyOfRange(order, at, Math.max(at, to));
      Arrays.sort(part);
      parts.add(part);
      at = Math.max(at, to);
    }
    return parts;
  }

  /** How many of a class each part gets: at least one, and those that it is owed the most. */
  private static int[] sizes(int count, double[] shares, double[] owed) {
    var sizes = new int[shares.length];
    int left = count;
    for (int p = 0; p < shares.length; p++) {
      owed[p] += shares[p] * count;
      sizes[p] = 1;
      owed[p] -= 1;
      left--;
    }
    for (; left > 0; left--) {
      int most = 0;
      for (int p = 1; p < shares.length; p++) {
        if (owed[p] > owed[most]) most = p;
      }
      sizes[most]++;
      owed[most] -= 1;
    }
    return sizes;
  }

  private static int[] join(int[] a, int[] b) {
    var both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static void requireShares(double[] shares) {
    double sum = 0;
    for (double share : shares) {
      if (!(share > 0 && share <= 1)) {
        throw new JacquardException(
            "Split: a share is " + share + ", expected each above 0, and 1 together.");
      }
      sum += share;
    }
    if (Math.abs(sum - 1) > 1e-6)
      throw new JacquardException("Split: the shares add up to " + sum + ", expected 1.");
  }
}
