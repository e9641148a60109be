package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The standard workloads.
 *
 * <pre>{@code
 * var products = Workloads.named(Pattern.compile("matmul"));
 * }</pre>
 */
public final class Workloads {
  /** All of them, in the order of the report. */
  public static final List<Workload> ALL = all();

  private Workloads() {}

  private static List<Workload> all() {
    var all = new ArrayList<Workload>();
    all.addAll(Operations.all());
    all.addAll(Networks.all());
    all.addAll(HostWork.all());
    all.sort(Comparator.comparing(Workload::group)); // stable
    return List.copyOf(all);
  }

  /** Those whose group or name has a match, in their order. */
  public static List<Workload> named(Pattern pattern) {
    return ALL.stream()
        .filter(w -> pattern.matcher(w.name()).find() || pattern.matcher(label(w.group())).find()).toList();
  }

  /** A group as {@code --only} knows it: {@code products}. */
  public static String label(Group group) {
    return group.name().toLowerCase(Locale.ROOT);
  }
}
