package io.jacquard.bundle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.cli.bench.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TableTest {
  private static Race race(String name) {
    return Race.all(true).stream().filter(r -> r.name().startsWith(name)).findFirst().orElseThrow();
  }

  private static Outcome outcome(Race race, Map<String, Double> micros) {
    var nanos = new LinkedHashMap<String, Spread>();
    micros.forEach((side, time) -> nanos.put(side, Spread.of(List.of(990 * time, 1000 * time, 1010 * time))));
    return new Outcome(race, nanos, new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  @Test
  void aRowHasRatiosAndGoals() {
    var table = new Table(true);
    var row = outcome(race("train mlp"), Map.of("ours", 10.0, "eager", 160.0, "graph", 25.0));
    assertEquals("train mlp 784-128-10 batch 16                        float32        10.0 us +-  3%  "
        + "eager 160 us = 16.00 (goal 15.0: reached); graph 25.0 us = 2.50 (goal 3.00: MISSED)",
        table.line(row));
    assertEquals("1 goals reached, 1 missed", table.sum());
  }

  @Test
  void whatIsNotThereIsSaidAndCountsForNothing() {
    var table = new Table(true);
    var row = outcome(race("gemm 32, tf32"), Map.of("eager", 5.0));
    row.missing().put("ours", "not there");
    var line = table.line(row);
    assertTrue(line.contains("not there  eager 5.00 us"), line);
    var failed = outcome(race("gemm 32, bfloat16"), Map.of());
    failed.missing().put("ours", "FAILED: out of memory.");
    failed.missing().put("eager", "not there");
    assertTrue(table.line(failed).contains("FAILED: out of memory.; eager not there"), table.line(failed));
    assertEquals("0 goals reached, 0 missed", table.sum());
  }

  @Test
  void bandwidthsAreHeldAgainstTheCopy() {
    var table = new Table(true);
    var copied = table.line(outcome(race("copy"), Map.of("ours", 100.0)));
    assertTrue(copied.contains("84 GB/s; eager not there"), copied);
    var line = table.line(outcome(race("exp"), Map.of("ours", 200.0)));
    assertTrue(line.contains("42 GB/s, 0.50 of a copy (goal 0.900: MISSED)"), line);
  }

  @Test
  void secondsAreBelowAGoal() {
    var table = new Table(true);
    assertTrue(table.below("a start", 1.2, "s", 1.5).endsWith("(goal 1.50 s: reached)"));
    assertTrue(table.below("a start", 2, "s", 1.5).endsWith("(goal 1.50 s: MISSED)"));
  }

  @Test
  void whatIsNotForTheGoalsIsNotJudgedByThem() {
    var table = new Table(false);
    var line = table.line(outcome(race("train mlp"), Map.of("ours", 10.0, "eager", 160.0)));
    assertTrue(line.contains("eager 160 us = 16.00; graph not there"), line);
    assertTrue(table.below("a start", 2, "s", 1.5).endsWith("2.00 s"));
    assertEquals("The goals are for CUDA and full sizes", table.sum());
  }

  /** Both sizes have the same rows, and their names, which PyTorch's side reads, differ. */
  @Test
  void namesAreUnique() {
    for (boolean small : List.of(false, true)) {
      var names = Race.all(small).stream().map(Race::name).collect(Collectors.toSet());
      assertEquals(Race.all(true).size(), names.size());
    }
  }
}
