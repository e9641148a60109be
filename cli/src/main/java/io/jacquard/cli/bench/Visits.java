package io.jacquard.cli.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all workloads once to warm up, since what is compiled for one takes cores from the next. Then goes through all of
 * them, and through all of them again: a processor's clock changes over minutes, so rounds in a row
 * agree with each other better than with those of another run. Rounds of all visits together make a figure and its spread.
 *
 * <pre>{@code
 * var rows = new Visits(bout, 2).of(Workloads.ALL, contenders, Visits.Witness.NONE);
 * }</pre>
 *
 * @param visits how many to each workload, without that which warms up
 */
public record Visits(Bout bout, int visits) {
  /** Who is told how it goes. */
  public interface Witness {
    /** Tells nobody. */
    Witness NONE = new Witness() {};

    /** @param visit from 1; 0 for that which warms up */
    default void begins(Workload work, int visit) {}

    /** The last visit to a workload is over. */
    default void done(Row row) {}
  }

  public List<Row> of(List<Workload> works, List<Contender> contenders, Witness witness) {
    var taken = new HashMap<Workload, Taken>();
    var rows = new ArrayList<Row>();
    for (int visit = 0; visit <= visits; visit++) {
      for (var work : works) {
        witness.begins(work, visit);
        var able = able(contenders, taken.get(work));
        var all = taken.merge(work, visit == 0 ? bout.warmUp(work, able) : bout.take(work, able), Taken::and);
        if (visit < visits) continue;
        rows.add(bout.row(work, all, contenders));
        witness.done(rows.getLast());
      }
    }
    return rows;
  }

  /** Without those who failed before. */
  private static List<Contender> able(List<Contender> contenders, @Nullable Taken before) {
    return before == null ? contenders
        : contenders.stream().filter(c -> !before.missing().containsKey(c.name())).toList();
  }
}
