package io.jacquard.cli;

import java.util.Arrays;

/** A curve in a line of text: {@code █▆▄▃▂▂▁▁}. */
final class Sparkline {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /** @param width the most signs; several values share one where there are more of them. What is not finite is left out */
  static String of(double[] values, int width) {
    var finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    if (finite.length == 0) return "";
    int signs = Math.min(width, finite.length);
    var means = new double[signs];
    for (int i = 0; i < signs; i++) {
      int from = (int) ((long) i * finite.length / signs);
      int to = (int) ((i + 1L) * finite.length / signs);
      means[i] = Arrays.stream(finite, from, to).average().orElseThrow();
    }
    double low = Arrays.stream(means).min().orElseThrow();
    double high = Arrays.stream(means).max().orElseThrow();
    var line = new StringBuilder();
    for (double mean : means) {
      double share = high > low ? (mean - low) / (high - low) : 0;
      line.append(LEVELS.charAt((int) Math.min(LEVELS.length() - 1.0, share * LEVELS.length())));
    }
    return line.toString();
  }
}
