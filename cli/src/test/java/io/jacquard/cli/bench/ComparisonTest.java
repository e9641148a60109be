package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.cli.bench.Workload.Group;
import java.nio.file.Path;
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
 * as long, at most 3 % from one start of the program to the next, and a clock that swings over minutes. Some are compiled badly in
 * some processes, and then take a quarter more.
 */
class ComparisonTest {
  private static final int WORKLOADS = 40;
  private static final int PROCESSES = 3;
  /** Turns so long that each has all of its pieces, on a busy machine too. */
  private static final Rounds ROUNDS = new Rounds(4, 10, 0);
  /** Of a workload's visit, in seconds. */
  private static final double VISIT = 3;
  private static final double PERIOD = 170;

  /**
   * @param factor by which everything takes longer
   * @param swing by which share the clock is faster and slower than usual
   * @param bad in which share of the processes every fourth workload is compiled badly
   */
  private static BenchReport run(long seed, double factor, double swing, double bad) {
    var random = new Random(seed);
    double phase = 2 * Math.PI * random.nextDouble();
    var rows = new ArrayList<Row>();
    for (int i = 0; i < WORKLOADS; i++) {
      var taken = Taken.nothing(List.of(), "");
      for (int process = 0; process < PROCESSES; process++) {
        double usual = 1e6 * (1 + i) * factor * (1 + 0.03 * Math.clamp(random.nextGaussian(), -1, 1));
        if (i % 4 == 0 && random.nextDouble() < bad) usual *= 1.25;
        taken = taken.and(visit(random, usual / clock(phase, process * WORKLOADS + i, swing)));
      }
      var cells = new LinkedHashMap<String, Cell>(Map.of("cpu", taken.cell("cpu")));
      rows.add(new Row(Group.MAPS, "burns " + i, 0, 0, 0, cells));
    }
    return report(rows);
  }

  private static BenchReport report(List<Row> rows) {
    return new BenchReport(new LinkedHashMap<>(), new LinkedHashMap<>(),
        List.of(new Entrant("cpu", "noisy", "")), rows, List.of());
  }

  private static double clock(double phase, int visit, double swing) {
    return 1 + swing * Math.sin(phase + 2 * Math.PI * visit * VISIT / PERIOD);
  }

  private static Taken visit(Random random, double usual) {
    Rounds.Runner burning = _ -> usual * (1 + 0.04 * random.nextGaussian())
        * (random.nextInt(10) == 0 ? 3 : 1);
    return Taken.of(ROUNDS.series(Map.of("cpu", burning), (_, e) -> {
      throw new AssertionError(e);
    }), new LinkedHashMap<>());
  }

  /** As the command does it: what seems slower is measured again. */
  private static List<String> slowerTwice(BenchReport before, long seed, double factor, double swing,
      double bad) {
    var suspects = names(Comparison.slower(before, run(seed, factor, swing, bad)));
    var again = new HashSet<>(names(Comparison.slower(before, run(seed + 1000, factor, swing, bad))));
    return suspects.stream().filter(again::contains).toList();
  }

  private static List<String> names(List<Comparison.Slower> slower) {
    return slower.stream().map(Comparison.Slower::work).collect(Collectors.toList());
  }

  @Test
  void aFifthMoreIsFoundInAll() {
    assertEquals(WORKLOADS, Comparison.slower(run(1, 1, 0, 0), run(2, 1.2, 0, 0)).size(),
        "where noise hides none of them");
  }

  @Test
  void fiveMoreRunsFindNothing() {
    var first = run(1, 1, 0, 0);
    for (int seed = 2; seed < 7; seed++) assertEquals(List.of(), slowerTwice(first, seed, 1, 0, 0));
  }

  /** Where the clock swings by 5 % either way, less is certain: nothing that is not there, most of what is. */
  @Test
  void aSwingingClock() {
    for (int first = 1; first < 50; first += 7) {
      var before = run(first, 1, 0.05, 0);
      for (int seed = first + 1; seed < first + 6; seed++)
        assertEquals(List.of(), slowerTwice(before, seed, 1, 0.05, 0));
      int found = slowerTwice(before, first + 6, 1.2, 0.05, 0).size();
      assertTrue(found > WORKLOADS / 2, "found " + found);
    }
  }

  /** Ten workloads that are slow in some processes: of a hundred runs one or two may find what is not there, by chance. */
  @Test
  void processesThatDiffer() {
    int wolves = 0;
    for (int first = 0; first < 20; first++) {
      var before = run(100 * first, 1, 0, 0.3);
      for (int more = 1; more <= 5; more++)
        if (!slowerTwice(before, 100 * first + more, 1, 0, 0.3).isEmpty()) wolves++;
      int found = slowerTwice(before, 100 * first + 6, 1.2, 0, 0.3).size();
      assertTrue(found > WORKLOADS / 2,
          "found " + found + " where ten differ by more than what is looked for");
    }
    assertTrue(wolves <= 2, wolves + " of 100 runs cried wolf");
  }

  /** Slow in one process of three before and in two now, both by far: that proves nothing. Slow in all does. */
  @Test
  void eachProcessMustBeSlower() {
    var before = of(100, 100, 140);
    assertEquals(List.of(), Comparison.slower(before, of(141, 141, 100)));
    assertEquals(List.of(), Comparison.slower(before, of(143, 143, 143)), "apart by less than 3 %");
    assertEquals(1, Comparison.slower(before, of(150, 145, 160)).size());
    assertEquals("+50 %", Comparison.together(before, of(150, 145, 160)));
  }

  private static BenchReport of(double... medians) {
    var taken = Taken.nothing(List.of(), "");
    for (double median : medians)
      taken = taken.and(Taken.of(new LinkedHashMap<>(Map.of("cpu", List.of(median))), new LinkedHashMap<>()));
    var cells = new LinkedHashMap<String, Cell>(Map.of("cpu", taken.cell("cpu")));
    return report(List.of(new Row(Group.MAPS, "one", 0, 0, 0, cells)));
  }

  /** Of figures with honest spreads, nearly all agree. */
  @Test
  void twoRunsAgreeWithinTheirSpreads() {
    for (double swing : new double[]{0, 0.05}) {
      long agreeing = 0;
      for (int seed = 1; seed <= 10; seed++)
        agreeing += Comparison.agreeing(run(seed, 1, swing, 0.3), run(100 + seed, 1, swing, 0.3));
      assertTrue(agreeing >= 0.95 * 10 * WORKLOADS, agreeing + " at a swing of " + swing);
    }
    assertEquals(0, Comparison.agreeing(run(1, 1, 0, 0), run(2, 2, 0, 0)));
  }

  @Test
  void nothingInCommon() {
    var file = Path.of("old.json");
    var work = Fakes.workload("one", _ -> Fakes.work(_ -> 1, 1));
    Comparison.requireCommon(file, of(1), List.of(work), List.of("opencl", "cpu"));
    var e = assertThrows(JacquardException.class,
        () -> Comparison.requireCommon(file, of(1), List.of(work), List.of("cuda")));
    assertEquals(
        "--compare old.json: it has no figure of these workloads on cuda. It was made on cpu; --only and "
            + "--backends choose.",
        e.getMessage());
  }
}
