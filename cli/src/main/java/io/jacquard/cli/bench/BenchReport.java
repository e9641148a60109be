package io.jacquard.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a comparison found.
 *
 * @param machine what it ran on, by name: processor, memory, versions
 * @param method how it was measured, in words, by name
 * @param devices those that took part, and those that could not
 * @param peers rows of {@code bench peers}, as it writes them; empty if they were not asked for
 */
public record BenchReport(SequencedMap<String, String> machine, SequencedMap<String, String> method,
    List<Entrant> devices, List<Row> rows, List<Map<String, @Nullable Object>> peers) {
  private static final Set<Workload.Group> ARITHMETIC = Set.of(Workload.Group.LIMITS,
      Workload.Group.PRODUCTS);

  /** @param problem why it did not take part; empty if it did */
  public record Entrant(String name, String description, String problem) {
    boolean takesPart() {
      return problem.isEmpty();
    }
  }

  public BenchReport {
    devices = List.copyOf(devices);
    rows = List.copyOf(rows);
    peers = List.copyOf(peers);
  }

  /** The same with other rows. */
  public BenchReport with(List<Row> others) {
    return new BenchReport(machine, method, devices, others, peers);
  }

  /** The names of those that took part. */
  public List<String> names() {
    return devices.stream().filter(Entrant::takesPart).map(Entrant::name).toList();
  }

  Optional<Row> row(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }

  /**
   * The highest rate of arithmetic that a device showed in multiply-adds or products, in GFLOP/s; NaN if neither was measured. Some
   * convolutions take fewer operations than are counted for them.
   */
  double peak(String device) {
    return rows.stream().filter(row -> ARITHMETIC.contains(row.group()))
        .mapToDouble(row -> row.gflops(device))
        .filter(Double::isFinite).max().orElse(Double.NaN);
  }

  /** The rate at which a device copies memory, in GB/s; NaN if it was not measured. */
  double bandwidth(String device) {
    return rows.stream().filter(row -> row.group() == Workload.Group.LIMITS && row.name().startsWith("copy"))
        .mapToDouble(row -> row.gigabytes(device)).findFirst().orElse(Double.NaN);
  }
}
