package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Turns of runners whose times are known: nothing is really measured here. */
class RoundsTest {
  private static final Rounds ROUNDS = new Rounds(6, 1e-4, 0.01);
  private final LinkedHashMap<String, Rounds.Runner> runners = new LinkedHashMap<>();
  private final Map<String, Throwable> failures = new LinkedHashMap<>();

  private Map<String, Spread> measure() {
    return ROUNDS.measure(runners, failures::put);
  }

  @Test
  void medianOfTheTurns() {
    runners.put("one", times -> 1000);
    runners.put("two", times -> 2000);
    var spreads = new Rounds(6, 1e-2, 1e-4).measure(runners, failures::put);
    assertEquals(List.of("one", "two"), List.copyOf(spreads.keySet()));
    assertEquals(new Spread(2000, 0, 2000, 2000, 6), spreads.get("two"));
  }

  @Test
  void turnsAlternate() {
    var order = new ArrayList<String>();
    runners.put("a", times -> note(order, "a"));
    runners.put("b", times -> note(order, "b"));
    measure();
    var rounds = order.subList(order.lastIndexOf("b") - 1 - 4, order.size());
    assertTrue(rounds.indexOf("b") < rounds.lastIndexOf("a"), order::toString);
  }

  private static double note(List<String> order, String who) {
    if (order.isEmpty() || !order.getLast().equals(who)) order.add(who);
    return 1e7; // longer than a turn: one piece each
  }

  @Test
  void whoFailsIsLeftOut() {
    runners.put("at once", times -> {
      throw new IllegalStateException("no");
    });
    runners.put("fine", times -> 1000);
    var calls = new int[1];
    runners.put("later", times -> {
      if (++calls[0] > 30_000) throw new UnsatisfiedLinkError("gone");
      return 5e8;
    });
    runners.put("in a round", new Rounds.Runner() {
      private boolean warm;

      @Override
      public double nanos(int times) {
        if (warm) throw new IllegalStateException("lost");
        return 1000;
      }

      @Override
      public int most() {
        warm = true; // asked for at the end of a piece of the warm-up
        return 10;
      }
    });
    var spreads = measure();
    assertTrue(spreads.containsKey("fine") && spreads.containsKey("later"));
    assertEquals(Set.of("at once", "in a round"), failures.keySet());
  }

  @Test
  void whatGetsFasterIsMeasuredAgain() {
    var calls = new int[1];
    runners.put("warms up", new Rounds.Runner() {
      @Override
      public double nanos(int times) {
        return Math.max(1e6, 1e9 * Math.pow(0.9, ++calls[0])); // shorter each time, for long
      }

      @Override
      public int pieces() {
        return 1;
      }
    });
    var spread = new Rounds(6, 1, 0).measure(runners, failures::put).get("warms up");
    assertEquals(1 + 3 * 6, calls[0], "three times six turns of one piece, after one for the warm-up");
    assertEquals(6, spread.count());
    assertTrue(spread.max() < 1e9 * Math.pow(0.9, 12));
  }

  /** Code that is still being compiled is not timed, however settled its times are; but nobody waits for ever. */
  @Test
  void waitsForWhatIsCompiled() {
    var calls = new int[2];
    runners.put("soon", compiling(calls, 0, 50));
    runners.put("never", compiling(calls, 1, Integer.MAX_VALUE));
    var spreads = new Rounds(3, 1e-4, 0.04).measure(runners, failures::put);
    assertEquals(1000, spreads.get("soon").max(), "its 50 cold calls do not count");
    assertEquals(1e6, spreads.get("never").median());
    assertTrue(calls[0] > 50, () -> "calls: " + calls[0]);
  }

  private static Rounds.Runner compiling(int[] calls, int who, int cold) {
    return new Rounds.Runner() {
      @Override
      public double nanos(int times) {
        return ++calls[who] > cold ? 1000 : 1e6;
      }

      @Override
      public boolean isCompiled() {
        return calls[who]++ >= cold; // asked in the pauses, too
      }
    };
  }

  @Test
  void spreads() {
    var spread = Spread.of(List.of(4.0, 1.0, 2.0, 100.0));
    assertEquals(new Spread(3, 1.5, 1, 100, 4), spread);
    assertEquals(2 * 1.4826 * 1.5 / 3, spread.share(), 1e-12);
    assertEquals("3.0 (1.0 to 100.0)", spread.text("%.1f"));
    assertEquals("7.0", Spread.of(List.of(7.0)).text("%.1f"));
    assertEquals(0, Spread.of(List.of(0.0)).share());
    assertEquals(new Spread(6, 3, 2, 200, 4), spread.times(2));
  }
}
