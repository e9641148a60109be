package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All workloads in turn, and again; what is measured is made up. */
class VisitsTest {
  private static List<Contender> cpu;

  @BeforeAll
  static void open() {
    cpu = List.of(new Contender(Backends.discover().choose("cpu", new OpenOptions(1)).device()));
  }

  @AfterAll
  static void close() {
    cpu.getFirst().device().backend().close();
  }

  private final List<String> order = new ArrayList<>();
  private final Visits visits = new Visits(new Bout(Precision.FLOAT32, new Rounds(6, 1e-2, 1e-4)), 2);

  private List<Row> measure(Workload... works) {
    return visits.of(List.of(works), cpu, new Visits.Witness() {
      @Override
      public void begins(Workload work, int visit) {
        order.add(work.name() + visit);
      }

      @Override
      public void done(Row row) {
        order.add(row.name() + " done");
      }
    });
  }

  /** A clock that has changed between the visits shows in the spread. */
  @Test
  void roundsOfAllVisitsCount() {
    var made = new int[1];
    var rows = measure(Fakes.workload("a", _ -> {
      double nanos = made[0]++ < 2 ? 1000 : 1200;
      return Fakes.work(_ -> nanos, 1);
    }), Fakes.workload("b", _ -> Fakes.work(_ -> 500, 1)));
    assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "a done", "b2", "b done"), order);
    assertEquals(new Spread(1100, 100, 1000, 1200, 12), rows.getFirst().nanos("cpu").orElseThrow());
    assertEquals(new Spread(500, 0, 500, 500, 12), rows.getLast().nanos("cpu").orElseThrow());
  }

  @Test
  void whoFailedOnceIsNotTriedAgain() {
    var tries = new int[1];
    var rows = measure(Fakes.workload("a", _ -> {
      tries[0]++;
      throw new IllegalStateException("no");
    }));
    assertEquals(1, tries[0]);
    assertTrue(
        rows.getFirst().cells().get("cpu") instanceof Cell.Missing(var reason) && reason.contains("no"));
  }
}
