package io.jacquard.benchmarks;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Locale;

/**
 * Compares two ways to do the same work, on a machine that may be busy: they run in turns, the best time of each counts,
 * and the race goes on for a while before it is called lost.
 */
final class Race {
  private static final long WARM_UP_NANOS = 400_000_000L;
  /** How long a floor may go on being missed before it counts. */
  static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final int ROUNDS = 10;
  /** Work that is shorter than this is repeated until it is not. */
  private static final long LEAP_NANOS = 500_000L;

  private Race() {}

  /** Fails if {@code fast} is not at least {@code times} as fast as {@code plain}. */
  static void assertAtLeast(double times, String name, Runnable fast, Runnable plain) {
    int fastCalls = warmUp(fast);
    int plainCalls = warmUp(plain);
    double fastest = Double.POSITIVE_INFINITY;
    double plainest = Double.POSITIVE_INFINITY;
    long end = System.nanoTime() + PATIENCE_NANOS;
    for (int round = 1; round <= ROUNDS || System.nanoTime() < end; round++) {
      fastest = Math.min(fastest, time(fast, fastCalls));
      plainest = Math.min(plainest, time(plain, plainCalls));
      if (round >= ROUNDS && fastest * times <= plainest) return;
    }
    fail(String.format(Locale.ROOT,
        "%s: %.1f us, the plain loop %.1f us: %.2f times as fast, expected at least %.2f", name,
        fastest / 1e3,
        plainest / 1e3, plainest / fastest, times));
  }

  /** Runs until everything is compiled; returns how many calls make a leap. */
  private static int warmUp(Runnable work) {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < ROUNDS || System.nanoTime() - start < WARM_UP_NANOS; i++)
      best = Math.min(best, time(work, 1));
    return (int) Math.clamp(LEAP_NANOS / best, 1, 10_000);
  }

  /** Nanoseconds a call. */
  private static double time(Runnable work, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) work.run();
    return (double) (System.nanoTime() - start) / calls;
  }
}
