package io.jacquard.train;

import java.util.Locale;

/**
 * How the precision, recall or F1 of several classes become one number.
 *
 * <pre>{@code
 * var metric = Metric.f1(10, Average.WEIGHTED);
 * }</pre>
 */
public enum Average {
  /** The mean over the classes that occur, in labels or predictions. */
  MACRO,
  /** From the sums over all classes. Where each sample has one class, it is the accuracy. */
  MICRO,
  /** The mean over the classes, each weighted by the number of its samples. */
  WEIGHTED;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
