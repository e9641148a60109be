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
  /** Fewer times have no 99th of a hundred. */
  private static final int TAIL_TIMES = 200;
  private static final double TAIL_SECONDS = 4;

  private final Rounds rounds;

  Match(int rounds) {
    this.rounds = new Rounds(rounds, TURN_SECONDS, WARM_UP_SECONDS);
  }

  /** Microseconds by contestant; who has nothing for this work, or other results than the first, is left out. */
  SequencedMap<String, Spread> measure(Workload work, List<Contestant> all) {
    var able = agreeing(work, all.stream().filter(c -> c.prepare(work)).toList());
    var runners = new LinkedHashMap<String, Rounds.Runner>();
    for (var contestant : able) runners.put(contestant.label(), runner(contestant, work.repeats()));
    var result = new LinkedHashMap<String, Spread>();
    rounds.measure(runners, (label, e) -> {
      throw new IllegalStateException(label + " failed in " + work.name(), e);
    }).forEach((label, nanos) -> result.put(label, nanos.times(1e-3)));
    return result;
  }

  /** The 99th of a hundred of the first one's times over their median, right after it was measured; NaN if that takes too long. */
  static double tail(Contestant ours, Spread micros) {
    if (micros.median() * TAIL_TIMES > TAIL_SECONDS * 1e6) return Double.NaN;
    var nanos = ours.run((int) Math.clamp(1e6 / micros.median(), TAIL_TIMES, MOST));
    Arrays.sort(nanos);
    return nanos[nanos.length * 99 / 100] / nanos[nanos.length / 2];
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

  /** Those whose results are the first one's; a figure of the others is worth nothing. */
  private static List<Contestant> agreeing(Workload work, List<Contestant> able) {
    if (able.isEmpty()) return able;
    var first = able.getFirst();
    var expected = first.check();
    return able.stream().filter(contestant -> {
      var numbers = contestant == first ? expected : contestant.check();
      boolean agrees = agrees(expected, numbers);
      if (!agrees) {
        System.err.println(work.name() + ": " + contestant.label() + " is left out, since it computed "
            + Arrays.toString(numbers) + " where " + first.label() + " computed "
            + Arrays.toString(expected));
      }
      return agrees;
    }).toList();
  }

  private static boolean agrees(double[] expected, double[] numbers) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    if (numbers.length != expected.length) return false;
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(numbers[i] - expected[i]) <= AGREEMENT * scale)) return false;
    }
    return true;
  }
}
