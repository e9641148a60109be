package io.jacquard.bundle.bench;

import io.jacquard.cli.bench.Spread;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What came of a {@link Race}.
 *
 * @param nanos by side: {@link #OURS}, or PyTorch's way
 * @param missing why a side has no time
 * @param mebibytes of device memory, by side, where they were measured
 */
record Outcome(Race race, SequencedMap<String, Spread> nanos, SequencedMap<String, String> missing,
    SequencedMap<String, Double> mebibytes) {
  static final String OURS = "ours";

  /** PyTorch's time by ours; NaN where one of them is missing. */
  double ratio(String way) {
    var ours = nanos.get(OURS);
    var theirs = nanos.get(way);
    return ours == null || theirs == null ? Double.NaN : theirs.median() / ours.median();
  }

  /** Billions of bytes a second that must be moved, by one side; NaN where it is missing, or nobody counts them. */
  double gigabytes(String side) {
    var spread = nanos.get(side);
    return spread == null || race.work().elements() == 0 ? Double.NaN
        : race.work().elements() * Float.BYTES / spread.median();
  }

  /** Teraflops a second of one side; NaN as before. */
  double teraflops(String side) {
    var spread = nanos.get(side);
    return spread == null || race.work().flops() == 0 ? Double.NaN
        : race.work().flops() / spread.median() * 1e-3;
  }

  /** As JSON writes it. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("work", race.work().name());
    json.put("precision", race.precision());
    var sides = new LinkedHashMap<String, Object>();
    nanos.forEach(
        (side, s) -> sides.put(side, Map.of("medianNanos", s.median(), "least", s.min(), "most", s.max(),
            "turns", s.count())));
    json.put("sides", sides);
    json.put("notThere", new LinkedHashMap<>(missing));
    if (!mebibytes.isEmpty()) json.put("mebibytes", new LinkedHashMap<>(mebibytes));
    json.put("goals", new LinkedHashMap<>(race.goals()));
    if (race.copyShare() > 0) json.put("gigabytesPerSecond", gigabytes(OURS));
    if (race.work().flops() > 0) json.put("teraflops", teraflops(OURS));
    return json;
  }
}
