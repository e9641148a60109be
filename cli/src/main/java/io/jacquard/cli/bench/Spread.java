package io.jacquard.cli.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * What repetitions of a measurement gave.
 *
 * <pre>{@code
 * Spread.of(List.of(1.0, 3.0, 2.0)).text("%.1f");   // 2.0 (1.0 to 3.0)
 * }</pre>
 *
 * @param deviation the median distance from the median, or, where the standard deviation was computed, what that distance is in
 *        a normal distribution
 */
public record Spread(double median, double deviation, double min, double max, int count) {
  /** Of a normal distribution, the standard deviation by the median distance. */
  private static final double SIGMA = 1.4826;

  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) throw new IllegalArgumentException("a spread of no values");
    var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = middle(sorted);
    var distances = Arrays.stream(sorted).map(v -> Math.abs(v - median)).sorted().toArray();
    return new Spread(median, middle(distances), sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /**
   * Between a few measurements, each of which is sure of itself: by their standard deviation, since of three values the median
   * distance says little. One of them that is far off counts.
   */
  static Spread between(Collection<Double> values) {
    var plain = of(values);
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, values.size() - 1));
    return new Spread(plain.median, deviation / SIGMA, plain.min, plain.max, plain.count);
  }

  private static double middle(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The share of the median within which 19 of 20 repetitions lie: two standard deviations, as the median distance
   * shows them, which a single outlier does not move.
   */
  public double share() {
    return median == 0 ? 0 : 2 * SIGMA * deviation / median;
  }

  /** The same in another unit. */
  public Spread times(double factor) {
    return new Spread(factor * median, factor * deviation, factor * min, factor * max, count);
  }

  /** {@code 0.9781 (0.9770 to 0.9790)}; {@code format} is for one number, as {@code %.4f}. */
  public String text(String format) {
    return String.format(Locale.ROOT, count == 1 ? format : format + " (" + format + " to " + format + ")",
        median, min, max);
  }
}
