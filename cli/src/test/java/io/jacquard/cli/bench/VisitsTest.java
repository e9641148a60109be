package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
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
  private int places;
  private final Bout bout = new Bout(Precision.FLOAT32, new Rounds(6, 1e-2, 1e-4));
  private final Visits visits = new Visits(Precision.FLOAT32, 3, () -> {
    places++;
    return bout.on(cpu);
  });

  private List<Row> measure(Predicate<Workload> wanted, Workload... works) {
    return visits.of(List.of(works), wanted, List.of("cpu"), new Visits.Witness() {
      @Override
      public void begins(Workload work, int visit, boolean warmUp) {
        order.add(work.name() + (warmUp ? "w" : visit));
      }

      @Override
      public void done(Row row) {
        order.add(row.name() + " done");
      }
    });
  }

  /** A process that happened to be slow shows in the spread, and does not make the figure. */
  @Test
  void theMedianOfTheProcesses() {
    var rows = measure(_ -> true, Fakes.workload("a", _ -> {
      double nanos = places == 2 ? 1300 : 1000;
      return Fakes.work(_ -> nanos, 1);
    }), Fakes.workload("b", _ -> Fakes.work(_ -> 500, 1)));
    assertEquals(List.of("aw", "bw", "a1", "b1", "aw", "bw", "a2", "b2", "aw", "bw", "a3", "a done", "b3",
        "b done"), order);
    var a = rows.getFirst().measured("cpu").orElseThrow();
    assertEquals(List.of(1000.0, 1300.0, 1000.0), a.processes());
    assertEquals(1000, a.nanos().median());
    assertEquals(2 * 300 / Math.sqrt(3) / 1000, a.nanos().share(), 1e-9, "twice the standard deviation");
    assertEquals(new Spread(500, 0, 500, 500, 3), rows.getLast().nanos("cpu").orElseThrow());
  }

  @Test
  void eachGroupHasItsOwnPlace() {
    var other = Fakes.workload("c", _ -> Fakes.work(_ -> 7, 1));
    var maps = new Workload(Workload.Group.MAPS, "m", 0, 0, 0, false, 0, other.maker());
    assertEquals(List.of("c", "m"), measure(_ -> true, other, maps).stream().map(Row::name).toList());
    assertEquals(6, places);
  }

  /** What is measured again finds the process as it was: all of its group was warmed up. */
  @Test
  void onlySomeAreWanted() {
    var a = Fakes.workload("a", _ -> Fakes.work(_ -> 1, 1));
    var b = Fakes.workload("b", _ -> Fakes.work(_ -> 2, 1));
    var maps = new Workload(Workload.Group.MAPS, "m", 0, 0, 0, false, 0, a.maker());
    assertEquals(List.of("b"), measure(work -> work == b, a, b, maps).stream().map(Row::name).toList());
    assertEquals(List.of("aw", "bw", "b1"), order.subList(0, 3));
    assertEquals(3, places, "none for the group of which nothing is wanted");
  }

  @Test
  void whoFailedOnceIsNotTriedAgain() {
    var tries = new int[1];
    var rows = measure(_ -> true, Fakes.workload("a", _ -> {
      tries[0]++;
      throw new IllegalStateException("no");
    }));
    assertEquals(1, tries[0]);
    assertTrue(
        rows.getFirst().cells().get("cpu") instanceof Cell.Missing(var reason) && reason.contains("no"));
  }
}
