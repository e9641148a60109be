package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.train.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all workloads several times, each time in a fresh {@link Place}. Two starts of the same program are not equally
 * fast: a JVM compiles what it happens to see, and memory lies where there was room. One process cannot tell by how much; the
 * differences between several can. A processor's clock changes over minutes, so the visits to a workload lie far apart.
 *
 * <p>Each group of workloads has a process of its own. So its code is compiled for no other group, and whoever measures only that
 * group, later, finds the same. Within one, all workloads are warmed up before the first is timed, since what is compiled for one
 * takes cores from the next.
 *
 * <pre>{@code
 * var visits = new Visits(Precision.FLOAT32, 3, () -> Fork.start(settings));
 * var rows = visits.of(Workloads.ALL, work -> true, List.of("cpu"), Visits.Witness.NONE);
 * }</pre>
 *
 * @param visits how many to each workload
 * @param places opens a fresh place
 */
public record Visits(Precision precision, int visits, Supplier<? extends Place> places) {
  /** Who is told how it goes. */
  public interface Witness {
    /** Tells nobody. */
    Witness NONE = new Witness() {};

    /** @param visit from 1 */
    default void begins(Workload work, int visit, boolean warmUp) {}

    /** The last visit to a workload is over. */
    default void done(Row row) {}
  }

  /** @param wanted those to be timed; the others only warm up the process, which is then as it was when all were timed */
  public List<Row> of(List<Workload> works, Predicate<Workload> wanted, List<String> devices,
      Witness witness) {
    var groups = new LinkedHashMap<Group, List<Workload>>();
    for (var work : works) groups.computeIfAbsent(work.group(), _ -> new ArrayList<>()).add(work);
    groups.values().removeIf(members -> members.stream().noneMatch(wanted));
    var taken = new LinkedHashMap<Workload, Taken>();
    var rows = new ArrayList<Row>();
    for (int visit = 1; visit <= visits; visit++) {
      for (var members : groups.values()) {
        try (var place = places.get()) {
          for (var work : members) {
            witness.begins(work, visit, true);
            taken.merge(work, place.warmUp(work, able(devices, taken.get(work))), Taken::and);
          }
          for (var work : members) {
            if (!wanted.test(work)) continue;
            witness.begins(work, visit, false);
            var all = taken.merge(work, place.take(work, able(devices, taken.get(work))), Taken::and);
            if (visit < visits) continue;
            rows.add(Row.of(work, precision, all, devices));
            witness.done(rows.getLast());
          }
        }
      }
    }
    return rows;
  }

  /** Without those who failed before. */
  private static List<String> able(List<String> devices, @Nullable Taken before) {
    return before == null ? devices
        : devices.stream().filter(device -> !before.missing().containsKey(device)).toList();
  }
}
