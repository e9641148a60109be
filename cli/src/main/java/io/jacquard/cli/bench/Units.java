package io.jacquard.cli.bench;

import java.util.Locale;

/** Figures as people read them. */
final class Units {
  private Units() {}

  /** Three digits: {@code 57.9 us}. */
  static String time(double nanos) {
    if (nanos < 1e3) return digits(nanos) + " ns";
    if (nanos < 1e6) return digits(nanos / 1e3) + " us";
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
  }

  /** {@code 57.9 us ±2 %}; nothing is more certain than 1 %. */
  static String time(Spread nanos) {
    return time(nanos.median()) + " ±" + printed(nanos) + " %";
  }

  /** The spread in percent. */
  static long printed(Spread nanos) {
    return Math.max(1, Math.round(100 * nanos.share()));
  }

  static String digits(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  /** {@code 239 GFLOP/s}, or {@code 33.5 GB/s}: whichever says how near the device is to its limits; or nothing. */
  static String rate(Row row, String device) {
    double flops = row.gflops(device);
    double bytes = row.gigabytes(device);
    boolean arithmetic = row.bytes() == 0 || row.flops() / row.bytes() > 4;
    if (arithmetic) return Double.isNaN(flops) ? "" : digits(flops) + " GFLOP/s";
    return Double.isNaN(bytes) ? "" : digits(bytes) + " GB/s";
  }
}
