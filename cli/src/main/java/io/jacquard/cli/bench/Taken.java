package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What one or more visits to a workload brought, by device: the rounds, in nanoseconds, or why there are none.
 *
 * <pre>{@code
 * var row = bout.row(workload, first.and(second));
 * }</pre>
 *
 * @param missing wins over rounds: who failed once has no figure
 */
record Taken(SequencedMap<String, List<Double>> rounds, SequencedMap<String, String> missing) {
  /** Both together. */
  Taken and(Taken later) {
    var all = new LinkedHashMap<String, List<Double>>();
    rounds.forEach((device, values) -> all.put(device, new ArrayList<>(values)));
    later.rounds
        .forEach((device, values) -> all.computeIfAbsent(device, _ -> new ArrayList<>()).addAll(values));
    var reasons = new LinkedHashMap<>(missing);
    later.missing.forEach(reasons::putIfAbsent);
    return new Taken(all, reasons);
  }

  Cell cell(String device) {
    var reason = missing.get(device);
    if (reason != null) return new Cell.Missing(reason);
    var values = rounds.get(device);
    return values == null ? new Cell.Missing("not measured") : new Cell.Measured(Spread.of(values));
  }
}
