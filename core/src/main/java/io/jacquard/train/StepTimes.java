package io.jacquard.train;

import java.util.Arrays;

/**
 * How long steps took. Time goes, in equal parts, to the steps of which the host has heard since the time before; where it
 * waits for each step, that is one step.
 */
final class StepTimes {
  private long[] nanos;
  private int count;
  /** What was not given to any step yet. */
  private long untold;
  /** How many steps the host knew of the time before. */
  private long known;

  StepTimes(long expected) {
    nanos = new long[Math.toIntExact(Math.min(expected, 1 << 20))];
  }

  /** Goes on after steps that were done before. */
  void goOnAfter(long[] before) {
    count = before.length;
    nanos = Arrays.copyOf(before, Math.max(count, nanos.length));
  }

  /**
   * Adds a time.
   *
   * @param told of how many steps the host knows by now
   */
  void add(long more, long told) {
    untold += more;
    for (; known < told; known++) {
      long mine = untold / (told - known);
      untold -= mine;
      if (count == nanos.length) nanos = Arrays.copyOf(nanos, 2 * count + 1);
      nanos[count++] = mine;
    }
  }

  /** What is not given to any step yet was spent on steps that do not count. */
  void drop(long told) {
    add(0, told);
    untold = 0;
  }

  long[] all() {
    return Arrays.copyOf(nanos, count);
  }
}
