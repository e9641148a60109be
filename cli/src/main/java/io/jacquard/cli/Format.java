package io.jacquard.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Format {
  private Format() {}

  /** {@code 0.9781}; what is as large as prices are has no such digits: {@code 25,693} */
  static String score(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size < 1000 || !Double.isFinite(size) ? "%.4f" : "%,.0f", value);
  }

  /** {@code 156,000} */
  static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** Two digits, as people name learning rates: {@code 0.0012} */
  static String rate(double value) {
    return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  /** As people write it, all digits: {@code 0.001}, {@code 5e-05} as {@code 0.00005} */
  static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** About three digits: {@code 0.42}, {@code 4.2}, {@code 42}. */
  static String millis(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%.0f", value);
  }

  /** {@code 0.4s}, {@code 42s}, {@code 3m 07s}, {@code 2h 05m} */
  static String duration(double seconds) {
    if (seconds < 9.95) return String.format(Locale.ROOT, "%.1fs", seconds);
    long whole = Math.round(seconds);
    if (whole < 60) return whole + "s";
    if (whole < 3600) return String.format(Locale.ROOT, "%dm %02ds", whole / 60, whole % 60);
    return String.format(Locale.ROOT, "%dh %02dm", whole / 3600, whole / 60 % 60);
  }
}
