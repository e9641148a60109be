package io.jacquard.peers;

import io.jacquard.cli.bench.Spread;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What one workload took on one number of threads: microseconds by contestant, Jacquard first.
 *
 * @param tail the 99th of a hundred of Jacquard's times over its median; NaN where there were too few
 */
record Row(String work, int threads, SequencedMap<String, Spread> micros, double tail) {
  static final String OURS = "Jacquard";

  Row(String work, int threads, SequencedMap<String, Spread> micros) {
    this(work, threads, micros, Double.NaN);
  }

  /** The best peer's median over Jacquard's; NaN where one of them is missing. */
  double ratio() {
    var ours = micros.get(OURS);
    double best = micros.entrySet().stream().filter(e -> !e.getKey().equals(OURS))
        .mapToDouble(e -> e.getValue().median()).min().orElse(Double.NaN);
    return ours == null ? Double.NaN : best / ours.median();
  }

  String best() {
    return micros.entrySet().stream().filter(e -> !e.getKey().equals(OURS))
        .min((a, b) -> Double.compare(a.getValue().median(), b.getValue().median())).map(Map.Entry::getKey)
        .orElse("");
  }

  /** @param share Jacquard's of what is the limit for this work; NaN if it is not known */
  String markdown(Iterable<String> contestants, double share) {
    var line = new StringBuilder("| " + work + " | " + threads + " |");
    for (var contestant : contestants) {
      var spread = micros.get(contestant);
      line.append(' ').append(spread == null ? "" : text(spread)).append(" |");
    }
    return line.append(number(" **%.2f** " + best(), ratio())).append(number(" %.0f %%", 100 * share))
        .append(number(" %.2f", tail)).toString();
  }

  private static String number(String format, double value) {
    return (Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value)) + " |";
  }

  private static String text(Spread s) {
    return s.text(s.median() >= 1000 ? "%.0f" : s.median() >= 10 ? "%.1f" : "%.3f");
  }

  Map<String, ?> json(double share) {
    var map = new LinkedHashMap<String, Object>();
    map.put("work", work);
    map.put("threads", threads);
    map.put("micros", micros);
    if (!Double.isNaN(ratio())) map.put("ratio", ratio());
    if (!Double.isNaN(share)) map.put("shareOfLimit", share);
    if (!Double.isNaN(tail)) map.put("p99OverP50", tail);
    return map;
  }
}
