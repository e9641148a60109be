package io.jacquard.peers;

import io.jacquard.cli.bench.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What only fresh processes show: microseconds from the start of a process to the losses of its first three steps, and to steps
 * that take hardly longer than they will in the end; and the most memory that a training takes.
 */
final class Starts {
  static final String FIRST = "start to third loss";
  static final String FULL = "start to full speed";
  static final String MEMORY = "peak MiB of cnn mnist batch 64 adam";

  private static final Workload MLP = new Workload.MlpStep(List.of(784, 128, 10), 64, "adam");
  /** The workload whose settled times {@link #full} asks for. */
  static final String SETTLED = MLP.name();
  private static final Workload CNN = new Workload.CnnStep(64);
  private static final int TOGETHER = 25;
  private static final double FULL_SPEED = 1.25;
  private static final double PATIENCE_SECONDS = 20;
  private static final int CNN_STEPS = 60;

  private final List<Field.Entrant> entrants;
  private final int rounds;

  Starts(List<Field.Entrant> entrants, int rounds) {
    this.entrants = entrants;
    this.rounds = rounds;
  }

  private interface Measure {
    /** NaN for a contestant that has nothing for this work. */
    double of(Field.Entrant entrant) throws IOException;
  }

  /** Microseconds from the start of a process to the losses of its first three steps. */
  SequencedMap<String, Spread> first() throws IOException {
    return inTurns(entrant -> {
      long start = System.nanoTime();
      try (var contestant = entrant.start()) {
        return contestant.prepare(new Workload.Start()) ? micros(start) : Double.NaN;
      }
    });
  }

  /** Microseconds from the start of a process until 25 steps in a row have nearly the median that settled ones have. */
  SequencedMap<String, Spread> full(Map<String, Spread> settled) throws IOException {
    return inTurns(entrant -> {
      var goal = settled.get(entrant.label());
      if (goal == null) return Double.NaN;
      long start = System.nanoTime();
      try (var contestant = entrant.start()) {
        contestant.prepare(MLP);
        while (micros(start) < PATIENCE_SECONDS * 1e6) {
          if (Match.median(contestant.run(TOGETHER)) / 1000 <= goal.median() * FULL_SPEED)
            return micros(start);
        }
        return Double.NaN;
      }
    });
  }

  /** The most memory, in MiB, that a process has had resident that trains the convolutional network. */
  SequencedMap<String, Spread> memory() throws IOException {
    return inTurns(entrant -> {
      try (var contestant = entrant.start()) {
        if (!contestant.prepare(CNN)) return Double.NaN;
        contestant.run(CNN_STEPS);
        return contestant.peakMiB();
      }
    });
  }

  private SequencedMap<String, Spread> inTurns(Measure measure) throws IOException {
    var all = new LinkedHashMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      for (var entrant : entrants) {
        double value = measure.of(entrant);
        if (!Double.isNaN(value)) all.computeIfAbsent(entrant.label(), _ -> new ArrayList<>()).add(value);
      }
    }
    var spreads = new LinkedHashMap<String, Spread>();
    all.forEach((label, values) -> spreads.put(label, Spread.of(values)));
    return spreads;
  }

  private static double micros(long start) {
    return (System.nanoTime() - start) / 1000.0;
  }
}
