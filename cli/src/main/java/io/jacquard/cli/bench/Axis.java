package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A logarithmic axis from {@code low} to {@code high}, drawn from {@code from} to {@code to}.
 *
 * <pre>{@code
 * var x = new Axis(1, 1000, 50, 350);
 * x.at(1000);     // 350
 * }</pre>
 */
record Axis(double low, double high, double from, double to) {
  /** One that has room for all values, in whole powers of {@code base}. */
  static Axis around(List<Double> values, double base, double from, double to) {
    double low = values.stream().mapToDouble(v -> v).min().orElse(1);
    double high = values.stream().mapToDouble(v -> v).max().orElse(base);
    double first = Math.floor(log(low, base) + 1e-9);
    double last = Math.max(first + 1, Math.ceil(log(high, base) - 1e-9));
    return new Axis(Math.pow(base, first), Math.pow(base, last), from, to);
  }

  double at(double value) {
    return from + (to - from) * Math.log(value / low) / Math.log(high / low);
  }

  /** Powers of a base, no more than fit. */
  List<Double> ticks(double base, int most) {
    var all = new ArrayList<Double>();
    for (double v = low; v <= high * 1.0001; v *= base) all.add(v);
    int every = (all.size() + most - 1) / most;
    var some = new ArrayList<Double>();
    for (int i = 0; i < all.size(); i += every) some.add(all.get(i));
    return some;
  }

  private static double log(double value, double base) {
    return Math.log(value) / Math.log(base);
  }
}
