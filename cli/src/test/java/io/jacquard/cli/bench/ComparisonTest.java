package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.cli.bench.Workload.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Reports of fake workloads that take as long as they say, on a machine with noise: 4 % in each piece, every tenth three times
 * as long, at most 3 % from one start of the program to the next, and a clock that swings over minutes.
 */
class ComparisonTest {
  private static final int WORKLOADS = 40;
  /** Of a workload's visit, in seconds. */
  private static final double VISIT = 3;
  private static final double PERIOD = 170;

  /** @param swing by which share the clock is faster and slower than usual */
  private static BenchReport run(long seed, double factor, double swing) {
    var random = new Random(seed);
    double phase = 2 * Math.PI * random.nextDouble();
    var rows = new ArrayList<Row>();
    for (int i = 0; i < WORKLOADS; i++) {
      double usual = 1e6 * (1 + i) * factor * (1 + 0.03 * Math.clamp(random.nextGaussian(), -1, 1));
      var taken = visit(random, usual / clock(phase, i, swing))
          .and(visit(random, usual / clock(phase, WORKLOADS + i, swing)));
      var cells = new LinkedHashMap<String, Cell>(Map.of("cpu", taken.cell("cpu")));
      rows.add(new Row(Group.MAPS, "burns " + i, 0, 0, 0, cells));
    }
    return new BenchReport(new LinkedHashMap<>(), new LinkedHashMap<>(),
        List.of(new Entrant("cpu", "noisy", "")), rows, List.of());
  }

  private static double clock(double phase, int visit, double swing) {
    return 1 + swing * Math.sin(phase + 2 * Math.PI * visit * VISIT / PERIOD);
  }

  private static Taken visit(Random random, double usual) {
    Rounds.Runner burning = _ -> usual * (1 + 0.04 * random.nextGaussian())
        * (random.nextInt(10) == 0 ? 3 : 1);
    return new Taken(new Rounds(6, 1e-3, 0).series(Map.of("cpu", burning), (_, e) -> {
      throw new AssertionError(e);
    }), new LinkedHashMap<>());
  }

  /** As the command does it: what seems slower is measured again. */
  private static List<String> slowerTwice(BenchReport before, long seed, double factor, double swing) {
    var suspects = names(Comparison.slower(before, run(seed, factor, swing)));
    var again = new HashSet<>(names(Comparison.slower(before, run(seed + 1000, factor, swing))));
    return suspects.stream().filter(again::contains).toList();
  }

  private static List<String> names(List<Comparison.Slower> slower) {
    return slower.stream().map(Comparison.Slower::work).collect(Collectors.toList());
  }

  @Test
  void aFifthMoreIsFoundInAll() {
    assertEquals(WORKLOADS, Comparison.slower(run(1, 1, 0), run(2, 1.2, 0)).size(),
        "where noise hides none of them");
  }

  @Test
  void fiveMoreRunsFindNothing() {
    var first = run(1, 1, 0);
    for (int seed = 2; seed < 7; seed++) assertEquals(List.of(), slowerTwice(first, seed, 1, 0));
  }

  /** Where the clock swings by 5 % either way, less is certain: nothing that is not there, most of what is. */
  @Test
  void aSwingingClock() {
    for (int first = 1; first < 50; first += 7) {
      var before = run(first, 1, 0.05);
      for (int seed = first + 1; seed < first + 6; seed++)
        assertEquals(List.of(), slowerTwice(before, seed, 1, 0.05));
      int found = slowerTwice(before, first + 6, 1.2, 0.05).size();
      assertTrue(found > WORKLOADS / 2, "found " + found);
    }
  }

  /** Of figures with honest spreads, nearly all agree. */
  @Test
  void twoRunsAgreeWithinTheirSpreads() {
    for (double swing : new double[]{0, 0.05}) {
      long agreeing = 0;
      for (int seed = 1; seed <= 10; seed++)
        agreeing += Comparison.agreeing(run(seed, 1, swing), run(100 + seed, 1, swing));
      assertTrue(agreeing >= 0.95 * 10 * WORKLOADS, agreeing + " at a swing of " + swing);
    }
    assertEquals(0, Comparison.agreeing(run(1, 1, 0), run(2, 2, 0)));
  }
}
