package io.jacquard.peers;

import io.jacquard.cli.bench.Rounds;
import io.jacquard.cli.bench.Spread;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Measures one workload: all contestants in turns, by {@link Rounds}, after their results were compared. */
final class Match {
  private static final double WARM_UP_SECONDS = 8;
  private static final double TURN_SECONDS = 0.12;
  private static final int MOST = 2000;
  private static final double AGREEMENT = 2e-3;

  private final Rounds rounds;

  Match(int rounds) {
    this.rounds = new Rounds(rounds, TURN_SECONDS, WARM_UP_SECONDS);
  }

  /** Microseconds by contestant; who has nothing for this work is left out. */
  SequencedMap<String, Spread> measure(Workload work, List<Contestant> all) {
    var able = all.stream().filter(c -> c.prepare(work)).toList();
    requireAgreement(work, able);
    var runners = new LinkedHashMap<String, Rounds.Runner>();
    for (var contestant : able) runners.put(contestant.label(), runner(contestant, work.repeats()));
    var result = new LinkedHashMap<String, Spread>();
    rounds.measure(runners, (label, e) -> {
      throw new IllegalStateException(label + " failed in " + work.name(), e);
    }).forEach((label, nanos) -> result.put(label, nanos.times(1e-3)));
    return result;
  }

  private static Rounds.Runner runner(Contestant contestant, int repeats) {
    return new Rounds.Runner() {
      @Override
      public double nanos(int times) {
        return median(contestant.run(Math.max(1, times / repeats)));
      }

      @Override
      public int most() {
        return MOST * repeats;
      }
    };
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
