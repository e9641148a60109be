package io.jacquard.cli;

import com.sun.management.OperatingSystemMXBean;
import de.siegmar.fastcsv.reader.CsvReader;
import io.jacquard.JacquardException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What the files of a run say of it, whether it is under way, in another process, or over. */
record WatchedRun(Path folder) {
  /** A training that has written nothing for so long is taken for interrupted: epochs of large data take long. */
  private static final Duration SILENT = Duration.ofMinutes(2);
  private static final int MOST_POINTS = 600;

  WatchedRun {
    // The load is that since the last time it was asked for; before that it is 0, whatever goes on.
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)
      system.getCpuLoad();
  }

  /** Everything, as JSON has it. */
  SequencedMap<String, Object> status() {
    var map = new LinkedHashMap<String, Object>();
    map.put("name", String.valueOf(folder.toAbsolutePath().normalize().getFileName()));
    map.put("summary", text(RunFolder.SUMMARY));
    var report = report();
    map.put("command", command());
    var steps = rows(RunFolder.STEPS);
    map.put("state", state(report, steps));
    map.put("epochs", rows(RunFolder.HISTORY));
    map.put("steps", thinned(steps));
    if (!steps.isEmpty()) map.put("progress", progress(steps));
    var result = new LinkedHashMap<String, Object>();
    report.forEach((name, value) -> {
      if (name.startsWith("test_") && value instanceof Number) result.put(name, value);
    });
    map.put("result", result);
    map.put("data", String.valueOf(report.getOrDefault("data", "")));
    map.put("model_time", modelTime());
    map.put("machine", machine());
    return map;
  }

  /** When the model was written, in milliseconds; 0 if there is none yet. */
  long modelTime() {
    try {
      return Files.getLastModifiedTime(folder.resolve(RunFolder.MODEL)).toMillis();
    } catch (IOException _) {
      return 0;
    }
  }

  private String text(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException _) {
      return ""; // not yet there
    }
  }

  private Map<String, @Nullable Object> report() {
    try {
      var file = folder.resolve(RunFolder.RUN);
      return Files.exists(file) ? Json.read(file) : Map.of();
    } catch (IOException | JacquardException _) {
      return Map.of();
    }
  }

  private String command() {
    try {
      return Json.read(folder.resolve(RunFolder.COMMAND)).get("arguments") instanceof List<?> words
          ? "jacquard train " + String.join(" ", words.stream().map(String::valueOf).toList())
          : "";
    } catch (IOException | JacquardException _) {
      return "";
    }
  }

  private String state(Map<String, @Nullable Object> report, List<SequencedMap<String, Object>> steps) {
    var changed = changed(folder.resolve(RunFolder.STEPS));
    boolean ended = Files.exists(folder.resolve(RunFolder.RUN))
        && changed.isBefore(changed(folder.resolve(RunFolder.RUN)).plusMillis(1));
    if (ended) return Boolean.TRUE.equals(report.get("interrupted")) ? "interrupted" : "done";
    if (steps.isEmpty()) return "beginning";
    return changed.plus(SILENT).isBefore(Instant.now()) ? "silent" : "training";
  }

  private static Instant changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException _) {
      return Instant.EPOCH;
    }
  }

  /** The whole lines of a CSV file, numbers as such. */
  private List<SequencedMap<String, Object>> rows(String name) {
    var text = text(name);
    var whole = text.substring(0, text.lastIndexOf('\n') + 1); // the last line may be half written
    var rows = new ArrayList<SequencedMap<String, Object>>();
    var head = new ArrayList<String>();
    CsvReader.builder().ofCsvRecord(whole).forEach(line -> {
      if (head.isEmpty()) {
        head.addAll(line.getFields());
      } else {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < Math.min(head.size(), line.getFieldCount()); i++) {
          var cell = line.getField(i);
          row.put(head.get(i), cell.matches("-?[\\d.]+([eE][-+]?\\d+)?") ? Double.parseDouble(cell) : cell);
        }
        rows.add(row);
      }
    });
    return rows;
  }

  /** Epochs, with fractions, and losses; means where there are many. */
  private static List<Object> thinned(List<SequencedMap<String, Object>> steps) {
    var points = new ArrayList<Object>();
    int each = Math.max(1, Math.ceilDiv(steps.size(), MOST_POINTS));
    for (int from = 0; from < steps.size(); from += each) {
      var part = steps.subList(from, Math.min(from + each, steps.size()));
      double loss = part.stream().mapToDouble(step -> number(step, "loss")).average().orElse(Double.NaN);
      points.add(List.<Object>of(place(part.getLast()), loss));
    }
    return points;
  }

  private static double place(Map<String, Object> step) {
    return number(step, "epoch") - 1 + number(step, "step") / Math.max(1, number(step, "steps"));
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Double value ? value : Double.NaN;
  }

  /** Where it is, its rate of late, and how long the rest takes at that rate. */
  private static SequencedMap<String, Object> progress(List<SequencedMap<String, Object>> steps) {
    var last = steps.getLast();
    double done = total(last);
    double all = number(last, "epochs") * number(last, "steps");
    var progress = new LinkedHashMap<String, Object>(last);
    progress.put("share", done / all);
    // A resumed run counts its seconds anew: only lines of the same process say how fast it is.
    for (int i = Math.max(0, steps.size() - 20); i < steps.size() - 1; i++) {
      double seconds = number(last, "seconds") - number(steps.get(i), "seconds");
      double count = done - total(steps.get(i));
      if (!(seconds > 0) || !(count > 0)) continue;
      progress.put("steps_per_second", count / seconds);
      progress.put("eta", (all - done) * seconds / count);
      break;
    }
    return progress;
  }

  private static double total(Map<String, Object> step) {
    return (number(step, "epoch") - 1) * number(step, "steps") + number(step, "step");
  }

  private static SequencedMap<String, Object> machine() {
    var machine = new LinkedHashMap<String, Object>();
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      double load = system.getCpuLoad();
      machine.put("cpu", load >= 0 ? load : Double.NaN);
      machine.put("memory_total", (double) system.getTotalMemorySize());
      machine.put("memory_used", (double) (system.getTotalMemorySize() - available(system)));
    }
    return machine;
  }

  /** Linux lends free memory to files, and takes it back: that is no use. */
  private static long available(OperatingSystemMXBean system) {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    } catch (IOException | NumberFormatException _) {
      // another system
    }
    return system.getFreeMemorySize();
  }
}
