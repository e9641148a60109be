package io.jacquard.cli.bench;

import static java.util.Objects.requireNonNull;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Measures by turns: everyone is warmed up until its times settle, then they take turns, a fraction of a second each,
 * for a number of rounds. What disturbs the machine for a while falls on all of them.
 *
 * <p>A turn has some pieces, of which the median counts; a figure is the {@link Spread} of all turns.
 *
 * <pre>{@code
 * var spreads = new Rounds(9, 0.1, 2).measure(Map.of("sine", times -> sine.nanos(times)), (name, e) -> {});
 * }</pre>
 *
 * @param rounds how many turns each has
 * @param turn seconds of a turn
 * @param warmUp seconds of warming up, at most
 */
public record Rounds(int rounds, double turn, double warmUp) {
  /** A warm-up takes as long as so many turns at least. */
  private static final int WARM_UP_TURNS = 4;
  /** By so much less a time may be than before without being another one. */
  private static final double SETTLED = 0.03;
  private static final int PIECES = 5;
  /** How often rounds are made again. */
  private static final int AGAIN = 2;
  /** By so much the later rounds are faster than any earlier one if something was not warm. */
  private static final double FASTER = 0.1;
  /** However slow something is, it has so many turns. */
  private static final int FEWEST = 3;
  /** For code that is still being compiled is waited so many times as long as a warm-up takes, at most. */
  private static final double COMPILING = 4;
  /** Java's compilers are done, but for odds and ends, when they take no more than this share of a core. */
  private static final double COMPILERS_REST = 0.2;
  /** Nanoseconds between two looks whether it is. */
  private static final long LOOK = 1_000_000;
  private static final int LOOKS = 20;
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  /** What takes turns. */
  @FunctionalInterface
  public interface Runner {
    /** Does its work so many times, and says what one of them took, in nanoseconds. */
    double nanos(int times);

    /** The most times that one call takes. */
    default int most() {
      return Integer.MAX_VALUE;
    }

    /** Whether all that it needs is compiled, as far as it can tell. */
    default boolean isCompiled() {
      return true;
    }

    /** Into how many pieces a turn is cut: fewer where it takes time to begin one. */
    default int pieces() {
      return PIECES;
    }
  }

  /** As {@link #series}, summed up. */
  public <K> SequencedMap<K, Spread> measure(Map<K, ? extends Runner> runners,
      BiConsumer<K, Throwable> failed) {
    var result = new LinkedHashMap<K, Spread>();
    series(runners, failed).forEach((who, values) -> result.put(who, Spread.of(values)));
    return result;
  }

  /**
   * Nanoseconds of each in each round, in the order of the runners. If someone gets faster from round to round, all rounds are
   * made again.
   *
   * @param failed is told who failed and why; who fails is left out
   */
  public <K> SequencedMap<K, List<Double>> series(Map<K, ? extends Runner> runners,
      BiConsumer<K, Throwable> failed) {
    var times = new LinkedHashMap<K, Integer>();
    runners.forEach((who, runner) -> attempt(who, failed, () -> times.put(who, warmUp(runner))));
    for (int again = AGAIN;; again--) {
      var medians = take(runners, times, failed);
      if (again == 0 || medians.values().stream().noneMatch(Rounds::getsFaster)) return medians;
    }
  }

  private static boolean getsFaster(List<Double> rounds) {
    int half = rounds.size() / 2;
    return half > 0 && Spread.of(rounds.subList(half, rounds.size())).median() < (1 - FASTER)
        * Collections.min(rounds.subList(0, half));
  }

  private <K> SequencedMap<K, List<Double>> take(Map<K, ? extends Runner> runners, Map<K, Integer> times,
      BiConsumer<K, Throwable> failed) {
    var medians = new LinkedHashMap<K, List<Double>>();
    var spent = new LinkedHashMap<K, Double>();
    for (int round = 0; round < rounds; round++) {
      int number = round;
      for (var who : List.copyOf(times.keySet())) {
        // What does not fit into a turn has fewer of them, rather than to take all the time there is.
        if (number >= FEWEST && spent.getOrDefault(who, 0.0) > rounds * turn) continue;
        boolean done = attempt(who, failed, () -> {
          long start = System.nanoTime();
          medians.computeIfAbsent(who, _ -> new ArrayList<>())
              .add(turn(requireNonNull(runners.get(who)), requireNonNull(times.get(who))));
          spent.merge(who, (System.nanoTime() - start) * 1e-9, Double::sum);
        });
        if (!done) {
          times.remove(who);
          medians.remove(who);
        }
      }
    }
    return medians;
  }

  private static <K> boolean attempt(K who, BiConsumer<K, Throwable> failed, Runnable action) {
    try {
      action.run();
      return true;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      failed.accept(who, e);
      return false;
    }
  }

  /**
   * Runs until the best time of the last third of the warm-up is hardly better than the best before, and Java's compilers had little to
   * do in it: a machine's noise makes times longer, and what is still being compiled or tuned makes them shorter. Gives how often
   * the work fits into a piece of a turn.
   */
  private int warmUp(Runner runner) {
    int times = 1;
    long start = System.nanoTime();
    var nanos = new ArrayList<Double>();
    var at = new ArrayList<Double>();
    var compiling = new ArrayList<Double>();
    while (true) {
      nanos.add(runner.nanos(times));
      double seconds = (System.nanoTime() - start) * 1e-9;
      at.add(seconds);
      compiling.add(COMPILERS.getTotalCompilationTime() * 1e-3);
      double best = Collections.min(nanos);
      times = (int) Math.clamp(turn * 1e9 / runner.pieces() / Math.max(best, 1), 1, runner.most());
      if (!runner.isCompiled() && seconds < COMPILING * warmUp) {
        leaveToCompiler(runner);
        continue;
      }
      if (seconds > warmUp) return times;
      int third = -Collections.binarySearch(at, seconds * 2 / 3) - 1;
      boolean enough = seconds >= turn * WARM_UP_TURNS && third > 0 && nanos.size() > 3;
      boolean compilersRest = third > 0
          && compiling.getLast() - compiling.get(third) < COMPILERS_REST * seconds / 3;
      if (enough && compilersRest && best >= Collections.min(nanos.subList(0, third)) * (1 - SETTLED))
        return times;
    }
  }

  /** A compiler needs the cores that the work would take. */
  private static void leaveToCompiler(Runner runner) {
    for (int i = 0; i < LOOKS && !runner.isCompiled(); i++) LockSupport.parkNanos(LOOK);
  }

  /** Everyone starts cold after the others' turns: the first piece does not count, where there are several. */
  private double turn(Runner runner, int times) {
    long start = System.nanoTime();
    var pieces = new ArrayList<Double>();
    do {
      pieces.add(runner.nanos(times));
    } while (pieces.size() < runner.pieces() && (System.nanoTime() - start) * 1e-9 < turn);
    return Spread.of(pieces.size() > 2 ? pieces.subList(1, pieces.size()) : pieces).median();
  }
}
