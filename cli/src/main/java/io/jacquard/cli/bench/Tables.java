package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BenchReport} as text: for a terminal, and as Markdown.
 *
 * <pre>{@code
 * System.out.println(Tables.markdown(report));
 * }</pre>
 */
public final class Tables {
  private static final int NAME = Workloads.ALL.stream().mapToInt(w -> w.name().length()).max().orElse(0);
  /** Time, spread, and how it compares: {@code * 12.3 ms ±2 %  6.3x}. */
  private static final int CELL = 25;

  private Tables() {}

  /** The line above a group, with the devices' names. */
  public static String heading(Group group, List<String> devices) {
    var line = new StringBuilder(padded(group.title(), NAME + 4));
    for (var device : devices) line.append(padded("  " + device, CELL));
    return line.toString().stripTrailing();
  }

  /** A line of the terminal's table: the fastest has a star, the others say how many times longer they need. */
  public static String line(Row row, List<String> devices) {
    var line = new StringBuilder(padded("  " + row.name(), NAME + 4));
    var reasons = new ArrayList<String>();
    for (var device : devices) {
      switch (row.cells().get(device)) {
        case Cell.Measured(var nanos, _) -> {
          boolean best = device.equals(row.fastest().orElse("")) && devices.size() > 1;
          line.append(padded((best ? "* " : "  ") + padded(Units.time(nanos), 15)
              + (best ? "" : compared(row, device)), CELL));
        }
        case Cell.Missing(var reason) -> {
          line.append(padded("  -", CELL));
          reasons.add("\n      " + device + ": " + reason);
        }
        case null -> line.append(padded("", CELL));
      }
    }
    return line.toString().stripTrailing() + String.join("", reasons);
  }

  /** {@code 6.3x}; nothing for the only one, which is the fastest. */
  static String compared(Row row, String device) {
    double times = row.times(device);
    return times == 1 || Double.isNaN(times) ? "" : Units.digits(times) + "x";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  /** Who is how fast over all: {@code cpu is the fastest in 40 of 43 workloads}. */
  public static List<String> summary(BenchReport report) {
    var lines = new ArrayList<String>();
    var names = report.names();
    if (names.size() > 1) {
      var shared = report.rows().stream()
          .filter(row -> names.stream().filter(device -> row.nanos(device).isPresent()).count() > 1).toList();
      for (var device : names) {
        long wins = shared.stream().filter(row -> device.equals(row.fastest().orElse(""))).count();
        lines.add(device + " is the fastest in " + wins + " of " + shared.size() + " workloads");
      }
    }
    for (var device : names) {
      double peak = report.peak(device);
      double bandwidth = report.bandwidth(device);
      if (Double.isNaN(peak) || Double.isNaN(bandwidth)) continue;
      lines.add(device + ": arithmetic up to " + Units.digits(peak) + " GFLOP/s, memory copied at "
          + Units.digits(bandwidth) + " GB/s");
    }
    lines.addAll(BatchChart.crossings(report));
    return lines;
  }

  public static String markdown(BenchReport report) {
    return "# Jacquard on the devices of this machine\n\n" + markdown(report, "##");
  }

  /** As part of another page: facts, the devices, what follows, and a table for each group. */
  static String markdown(BenchReport report, String heading) {
    var text = new StringBuilder();
    report.machine()
        .forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
    report.method()
        .forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
    text.append("\n| device | what it is |\n| --- | --- |\n");
    for (var device : report.devices()) {
      text.append("| ").append(device.name()).append(" | ")
          .append(cell(device.takesPart() ? device.description() : "not measured: " + device.problem()))
          .append(" |\n");
    }
    for (var line : summary(report)) text.append("\n- ").append(line);
    text.append('\n');
    var names = report.names();
    for (var group : Group.values()) {
      var rows = report.rows().stream().filter(row -> row.group() == group).toList();
      if (rows.isEmpty()) continue;
      text.append('\n').append(heading).append(' ').append(group.title()).append("\n\n| work |");
      for (var name : names) text.append(' ').append(name).append(" |");
      text.append("\n| --- |").append(" ---: |".repeat(names.size())).append('\n');
      for (var row : rows) {
        text.append("| ").append(cell(row.name())).append(" |");
        for (var name : names) text.append(' ').append(cell(figure(row, name))).append(" |");
        text.append('\n');
      }
    }
    return text.append(peers(report.peers(), heading)).toString();
  }

  private static String figure(Row row, String device) {
    return switch (row.cells().get(device)) {
      case Cell.Measured(var nanos, _) -> {
        var rate = Units.rate(row, device);
        var compared = compared(row, device);
        yield Units.time(nanos) + (rate.isEmpty() ? "" : ", " + rate)
            + (compared.isEmpty() ? "" : ", " + compared);
      }
      case Cell.Missing(var reason) -> reason;
      case null -> "";
    };
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  /** The names of the peers, in their order. */
  static List<String> peerNames(List<Map<String, @Nullable Object>> peers) {
    return peers.stream().flatMap(row -> micros(row).keySet().stream()).distinct().map(String::valueOf)
        .toList();
  }

  /** What a peer needed: {@code 57.9 us}, or nothing. */
  static String peer(Map<String, @Nullable Object> row, String name) {
    return micros(row).get(name) instanceof Map<?, ?> spread && spread.get("median") instanceof Number median
        ? Units.time(1e3 * median.doubleValue())
        : "";
  }

  private static Map<?, ?> micros(Map<String, @Nullable Object> row) {
    return row.get("micros") instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String peers(List<Map<String, @Nullable Object>> peers, String heading) {
    if (peers.isEmpty()) return "";
    var names = peerNames(peers);
    var text = new StringBuilder("\n" + heading + " Beside other engines\n\n| work | threads | ")
        .append(String.join(" | ", names)).append(" |\n| --- | ---: |").append(" ---: |".repeat(names.size()))
        .append('\n');
    for (var row : peers) {
      text.append("| ").append(Objects.toString(row.get("work"), "")).append(" | ")
          .append(Objects.toString(row.get("threads"), "")).append(" |");
      for (var name : names) text.append(' ').append(peer(row, name)).append(" |");
      text.append('\n');
    }
    return text.toString();
  }
}
