package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What one or more visits to a workload brought, by device: the rounds of each visit, in nanoseconds, or why there are none.
 *
 * <pre>{@code
 * var cell = first.and(second).cell("cpu");
 * }</pre>
 *
 * @param visits by device, and within by visit
 * @param missing wins over rounds: who failed once has no figure
 */
public record Taken(SequencedMap<String, List<List<Double>>> visits, SequencedMap<String, String> missing) {
  /** Of one visit. */
  static Taken of(SequencedMap<String, List<Double>> rounds, SequencedMap<String, String> missing) {
    var visits = new LinkedHashMap<String, List<List<Double>>>();
    rounds.forEach((device, values) -> visits.put(device, List.of(List.copyOf(values))));
    return new Taken(visits, missing);
  }

  /** One visit in which none of the devices could be measured, for one reason. */
  static Taken nothing(List<String> devices, String reason) {
    var missing = new LinkedHashMap<String, String>();
    devices.forEach(device -> missing.put(device, reason));
    return new Taken(new LinkedHashMap<>(), missing);
  }

  /** Both together. */
  Taken and(Taken later) {
    var all = new LinkedHashMap<>(visits);
    later.visits.forEach((device, values) -> all.merge(device, values, (a, b) -> {
      var both = new ArrayList<>(a);
      both.addAll(b);
      return both;
    }));
    var reasons = new LinkedHashMap<>(missing);
    later.missing.forEach(reasons::putIfAbsent);
    return new Taken(all, reasons);
  }

  /** A figure is the median of the visits' medians; a warm-up is a visit without rounds. */
  Cell cell(String device) {
    var reason = missing.get(device);
    if (reason != null) return new Cell.Missing(reason);
    var taken = visits.getOrDefault(device, List.of()).stream().filter(rounds -> !rounds.isEmpty()).toList();
    if (taken.isEmpty()) return new Cell.Missing("not measured");
    var medians = taken.stream().map(rounds -> Spread.of(rounds).median()).toList();
    return new Cell.Measured(taken.size() == 1 ? Spread.of(taken.getFirst()) : Spread.between(medians),
        medians);
  }
}
