package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.cli.bench.Workload.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Reports of fake workloads that take as long as they say, on a machine with noise: 4 % in each piece, every tenth three times
 * as long, and at most 3 % from one start of the program to the next.
 */
class ComparisonTest {
  private static final int WORKLOADS = 40;

  private static BenchReport run(long seed, double factor) {
    var random = new Random(seed);
    var rows = new ArrayList<Row>();
    for (int i = 0; i < WORKLOADS; i++) {
      double usual = 1e6 * (1 + i) * factor * (1 + 0.03 * Math.clamp(random.nextGaussian(), -1, 1));
      Rounds.Runner burning = _ -> usual * (1 + 0.04 * random.nextGaussian())
          * (random.nextInt(10) == 0 ? 3 : 1);
      var spreads = new Rounds(11, 1e-3, 0).measure(new LinkedHashMap<>(Map.of("cpu", burning)),
          (_, e) -> {
            throw new AssertionError(e);
          });
      var cells = new LinkedHashMap<String, Cell>();
      spreads.forEach((device, nanos) -> cells.put(device, new Cell.Measured(nanos)));
      rows.add(new Row(Group.MAPS, "burns " + i, 0, 0, 0, cells));
    }
    return new BenchReport(new LinkedHashMap<>(), new LinkedHashMap<>(),
        List.of(new Entrant("cpu", "noisy", "")), rows,
        List.of());
  }

  @Test
  void aFifthMoreIsFoundInAll() {
    var slower = Comparison.slower(run(1, 1), run(2, 1.2)).size();
    assertEquals(WORKLOADS, slower, "where noise hides none of them");
  }

  @Test
  void fiveMoreRunsFindNothing() {
    var first = run(1, 1);
    for (int seed = 2; seed < 7; seed++) assertEquals(List.of(), Comparison.slower(first, run(seed, 1)));
  }
}
