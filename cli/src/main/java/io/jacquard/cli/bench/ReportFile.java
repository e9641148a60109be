package io.jacquard.cli.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.Json;
import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.cli.bench.Workload.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BenchReport} as JSON, and back.
 *
 * <pre>{@code
 * AtomicFile.write(file, ReportFile.bytes(report));
 * var same = ReportFile.read(file);
 * }</pre>
 */
public final class ReportFile {
  private static final long FORMAT = 1;

  private ReportFile() {}

  public static byte[] bytes(BenchReport report) {
    var map = new LinkedHashMap<String, Object>();
    map.put("jacquard_bench", FORMAT);
    map.put("machine", report.machine());
    map.put("method", report.method());
    map.put("devices", report.devices().stream()
        .map(d -> ordered("name", d.name(), "description", d.description(), "problem", d.problem()))
        .toList());
    map.put("rows", report.rows().stream().map(ReportFile::row).toList());
    if (!report.peers().isEmpty()) map.put("peers", report.peers());
    return Json.bytes(map);
  }

  private static Map<String, Object> row(Row row) {
    var cells = new LinkedHashMap<String, Object>();
    row.cells().forEach((device, cell) -> cells.put(device, switch (cell) {
      case Cell.Measured(var n, var processes) -> ordered("nanos", n.median(), "deviation", n.deviation(),
          "min", n.min(), "max", n.max(), "count", n.count(), "processes", processes);
      case Cell.Missing(var reason) -> ordered("missing", reason);
    }));
    return ordered("group", Workloads.label(row.group()), "name", row.name(), "flops", row.flops(), "bytes",
        row.bytes(), "batch", row.batch(), "cells", cells);
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2)
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    return map;
  }

  /** @throws JacquardException if the file is not what {@link #bytes} gives */
  public static BenchReport read(Path file) {
    try {
      var map = Json.read(file);
      if (!Long.valueOf(FORMAT).equals(map.get("jacquard_bench")))
        throw new JacquardException(file + " is no report of 'jacquard bench': expected \"jacquard_bench\": "
            + FORMAT + ".");
      var devices = new ArrayList<Entrant>();
      for (var device : objects(map, "devices"))
        devices.add(new Entrant(text(device, "name"), text(device, "description"), text(device, "problem")));
      var rows = new ArrayList<Row>();
      for (var row : objects(map, "rows")) rows.add(row(row));
      return new BenchReport(texts(map, "machine"), texts(map, "method"), devices, rows,
          map.containsKey("peers") ? objects(map, "peers") : List.of());
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new JacquardException(file + " is a report of 'jacquard bench' that was damaged: "
          + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new JacquardException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static Row row(Map<String, @Nullable Object> map) {
    var label = text(map, "group");
    var group = Arrays.stream(Group.values()).filter(g -> Workloads.label(g).equals(label)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no group '" + label + "'"));
    var cells = new LinkedHashMap<String, Cell>();
    object(map, "cells").forEach((device, value) -> {
      @SuppressWarnings("unchecked")
      var cell = (Map<String, @Nullable Object>) value;
      cells.put(device, cell.containsKey("missing")
          ? new Cell.Missing(text(cell, "missing"))
          : measured(cell));
    });
    return new Row(group, text(map, "name"), number(map, "flops"), number(map, "bytes"),
        (int) number(map, "batch"), cells);
  }

  /** Reports of before there were several processes have only rounds. */
  private static Cell measured(Map<String, @Nullable Object> cell) {
    boolean several = cell.containsKey("processes");
    var spread = new Spread(number(cell, "nanos"), number(cell, "deviation"), number(cell, "min"),
        number(cell, "max"), (int) number(cell, several ? "count" : "rounds"));
    if (!several) return new Cell.Measured(spread);
    var medians = ((List<?>) required(cell, "processes")).stream().map(n -> ((Number) n).doubleValue())
        .toList();
    if (medians.isEmpty()) throw new IllegalArgumentException("'processes' is empty");
    return new Cell.Measured(spread, medians);
  }

  @SuppressWarnings("unchecked") // a wrong one is found when it is used, and said
  private static Map<String, @Nullable Object> object(Map<String, @Nullable Object> map, String key) {
    return (Map<String, @Nullable Object>) required(map, key);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, @Nullable Object>> objects(Map<String, @Nullable Object> map, String key) {
    return (List<Map<String, @Nullable Object>>) required(map, key);
  }

  private static SequencedMap<String, String> texts(Map<String, @Nullable Object> map, String key) {
    var texts = new LinkedHashMap<String, String>();
    object(map, key).forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return texts;
  }

  private static String text(Map<String, @Nullable Object> map, String key) {
    return (String) required(map, key);
  }

  private static double number(Map<String, @Nullable Object> map, String key) {
    return ((Number) required(map, key)).doubleValue();
  }

  private static Object required(Map<String, @Nullable Object> map, String key) {
    var value = map.get(key);
    if (value == null) throw new IllegalArgumentException("'" + key + "' is missing");
    return value;
  }
}
