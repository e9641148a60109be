package io.jacquard.peers;

import io.jacquard.cli.bench.Spread;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** What one workload took on one number of threads: microseconds by contestant, Jacquard first. */
record Row(String work, int threads, SequencedMap<String, Spread> micros) {
  static final String OURS = "Jacquard";

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

  String markdown(Iterable<String> contestants) {
    var line = new StringBuilder("| " + work + " | " + threads + " |");
    for (var contestant : contestants) {
      var spread = micros.get(contestant);
      line.append(' ').append(spread == null ? "" : text(spread)).append(" |");
    }
    double ratio = ratio();
    return line
        .append(Double.isNaN(ratio) ? " |" : String.format(Locale.ROOT, " **%.2f** %s |", ratio, best()))
        .toString();
  }

  private static String text(Spread s) {
    return s.text(s.median() >= 1000 ? "%.0f" : s.median() >= 10 ? "%.1f" : "%.3f");
  }

  Map<String, ?> json() {
    var map = new LinkedHashMap<String, Object>();
    map.put("work", work);
    map.put("threads", threads);
    map.put("micros", micros);
    if (!Double.isNaN(ratio())) map.put("ratio", ratio());
    return map;
  }
}
