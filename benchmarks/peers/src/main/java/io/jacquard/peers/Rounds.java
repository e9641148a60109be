package io.jacquard.peers;

import io.jacquard.benchmarks.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Measures one workload: every contestant is warmed up until its times settle, then they take turns, a fraction of a
 * second each, for a number of rounds. What a contestant reached is the median of its rounds' medians.
 */
final class Rounds {
  private static final double WARM_UP_SECONDS = 8;
  private static final double TURN_SECONDS = 0.12;
  private static final int WINDOW = 6;
  private static final double SETTLED = 0.02;
  private static final double AGREEMENT = 2e-3;

  private final int rounds;

  Rounds(int rounds) {
    this.rounds = rounds;
  }

  /** Microseconds by contestant; who has nothing for this work is left out. */
  SequencedMap<String, Spread> measure(Workload work, List<Contestant> all) {
    var able = all.stream().filter(c -> c.prepare(work)).toList();
    requireAgreement(work, able);
    var turns = new LinkedHashMap<Contestant, Integer>();
    for (var contestant : able) turns.put(contestant, warmUp(contestant, work.repeats()));
    var medians = new LinkedHashMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      turns.forEach((contestant, times) -> {
        contestant.run(Math.max(1, times / 10)); // after a pause caches and clocks are cold
        medians.computeIfAbsent(contestant.label(), _ -> new ArrayList<>())
            .add(median(contestant.run(times)) / 1000);
      });
    }
    var result = new LinkedHashMap<String, Spread>();
    medians.forEach((label, values) -> result.put(label, Spread.of(values)));
    return result;
  }

  /** Runs until the medians of the last turns are close together; how often the work fits into a turn. */
  private static int warmUp(Contestant contestant, int repeats) {
    int times = 1;
    long start = System.nanoTime();
    double seconds = 0;
    var recent = new ArrayList<Double>();
    while (seconds < WARM_UP_SECONDS) {
      double median = median(contestant.run(times));
      seconds = (System.nanoTime() - start) * 1e-9;
      times = (int) Math.clamp(TURN_SECONDS * 1e9 / (median * repeats), 1, 2000);
      recent.add(median);
      if (recent.size() > WINDOW) recent.removeFirst();
      double low = recent.stream().mapToDouble(v -> v).min().orElseThrow();
      double high = recent.stream().mapToDouble(v -> v).max().orElseThrow();
      if (seconds > 1 && recent.size() == WINDOW && high <= low * (1 + SETTLED)) break;
    }
    return times;
  }

  static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** A figure is worth nothing if the results differ. */
  private static void requireAgreement(Workload work, List<Contestant> able) {
    double[] expected = null;
    for (var contestant : able) {
      var numbers = contestant.check();
      if (expected == null) expected = numbers;
      double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
      for (int i = 0; i < expected.length; i++) {
        if (!(Math.abs(numbers[i] - expected[i]) <= AGREEMENT * scale)) {
          throw new IllegalStateException(work.name() + ": " + able.getFirst().label() + " computed "
              + Arrays.toString(expected) + ", " + contestant.label() + " " + Arrays.toString(numbers));
        }
      }
    }
  }
}
