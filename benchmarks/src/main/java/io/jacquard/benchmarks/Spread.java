package io.jacquard.benchmarks;

import java.util.Collection;
import java.util.Locale;

/**
 * What repetitions of a measurement gave.
 *
 * <pre>{@code
 * Spread.of(List.of(1.0, 3.0, 2.0)).text("%.1f");   // 2.0 (1.0 to 3.0)
 * }</pre>
 */
public record Spread(double median, double min, double max, int count) {
  public static Spread of(Collection<Double> values) {
    if (values.isEmpty()) throw new IllegalArgumentException("a spread of no values");
    var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /** {@code 0.9781 (0.9770 to 0.9790)}; {@code format} is for one number, as {@code %.4f}. */
  public String text(String format) {
    return String.format(Locale.ROOT, count == 1 ? format : format + " (" + format + " to " + format + ")",
        median, min, max);
  }
}
