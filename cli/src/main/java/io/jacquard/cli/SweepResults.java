package io.jacquard.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.jacquard.io.AtomicFile;
import io.jacquard.train.EarlyStopping;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of a sweep have reached: a table of means over the seeds, a CSV file of all runs, and a picture. The order
 * is by the validation, not by the test: who chooses by the test has nothing left to test with.
 *
 * @param metric what is compared, such as {@code val_accuracy}
 */
record SweepResults(SweepFolder folder, String metric, List<Run> runs) {
  /** What a run has reached in its last epoch, and in its test. */
  record Run(Trial trial, double watched, double loss, double tested) {}

  /** The trials of a group, which differ in the seed only. */
  private record Group(SequencedMap<String, String> options, List<Run> runs) {
    double mean(Function<Run, Double> value) {
      return runs.stream().mapToDouble(value::apply).average().orElse(Double.NaN);
    }

    double std(Function<Run, Double> value) {
      double mean = mean(value);
      double squares = runs.stream().mapToDouble(value::apply).map(v -> (v - mean) * (v - mean)).sum();
      return runs.size() < 2 ? 0 : Math.sqrt(squares / (runs.size() - 1));
    }

    String text(Function<Run, Double> value) {
      return Format.score(mean(value)) + (runs.size() < 2 ? "" : " ± " + Format.score(std(value)));
    }
  }

  static SweepResults of(SweepFolder folder, List<Trial> trials) {
    var runs = new ArrayList<Run>();
    var metric = "val_loss";
    for (var trial : trials) {
      var report = folder.ended(trial);
      if (report == null) continue;
      var tested = tested(report);
      if (tested != null) metric = "val_" + tested;
      runs.add(new Run(trial, last(report, metric), last(report, "val_loss"),
          number(report.get(tested == null ? "test_loss" : "test_" + tested))));
    }
    return new SweepResults(folder, metric, runs);
  }

  /** The first metric of a run; null if it has none. */
  private static @Nullable String tested(Map<String, @Nullable Object> report) {
    return report.keySet().stream().filter(key -> key.startsWith("test_") && !key.equals("test_loss"))
        .map(key -> key.substring("test_".length())).findFirst().orElse(null);
  }

  private static double last(Map<String, @Nullable Object> report, String name) {
    return report.get("epochs") instanceof List<?> epochs && !epochs.isEmpty()
        && epochs.getLast() instanceof Map<?, ?> epoch ? number(epoch.get(name)) : Double.NaN;
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** What a run has reached, in a few words. */
  static String value(Map<String, @Nullable Object> report) {
    var tested = tested(report);
    var name = tested == null ? "val_loss" : "val_" + tested;
    return name + " " + Format.score(last(report, name));
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  private List<Group> groups() {
    var byOptions = new LinkedHashMap<SequencedMap<String, String>, List<Run>>();
    for (var run : runs)
      byOptions.computeIfAbsent(run.trial.group(), _ -> new ArrayList<>()).add(run);
    var order = Comparator.comparingDouble((Group group) -> group.mean(Run::watched));
    boolean larger = EarlyStopping.on(metric).larger();
    return byOptions.entrySet().stream().map(e -> new Group(e.getKey(), e.getValue()))
        .sorted(larger ? order.reversed() : order).toList();
  }

  /** Prints the table, best first; writes {@code sweep.csv} and {@code sweep.png}. */
  void show(Output output) {
    var groups = groups();
    var rows = new ArrayList<List<String>>();
    var head = new ArrayList<>(groups.getFirst().options.keySet());
    head.addAll(List.of("seeds", metric, "val_loss", metric.replace("val_", "test_")));
    rows.add(head);
    for (var group : groups) {
      var row = new ArrayList<>(group.options.values());
      row.addAll(List.of(Integer.toString(group.runs.size()), group.text(Run::watched), group.text(Run::loss),
          group.text(Run::tested)));
      rows.add(row);
    }
    output.line("\n" + RunsCommand.table(rows) + "\n");
    AtomicFile.write(folder.path().resolve("sweep.csv"), csv().getBytes(StandardCharsets.UTF_8));
    draw(groups);
    output.line("Best by " + metric + ": " + best(groups.getFirst()) + "\nSaved in " + folder.path()
        + ": sweep.csv, sweep.png, and a folder for each run");
  }

  private static String best(Group group) {
    var trial = group.runs.getFirst().trial;
    return group.options.isEmpty() ? "seed " + trial.options().get("--seed")
        : String.join(" ", trial.arguments().subList(0, 2 * group.options.size()));
  }

  private String csv() {
    var text = new StringWriter();
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      var head = new ArrayList<>(List.of("run"));
      runs.getFirst().trial.options().keySet().forEach(option -> head.add(option.substring(2)));
      head.addAll(List.of(metric, "val_loss", metric.replace("val_", "test_")));
      csv.writeRecord(head);
      for (var run : runs) {
        var row = new ArrayList<>(List.of(run.trial.folder()));
        row.addAll(run.trial.options().values());
        for (double value : new double[]{run.watched, run.loss, run.tested}) row.add(Double.toString(value));
        csv.writeRecord(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }

  /** Over the learning rates, a line for each of the other options; without rates, a bar for each. */
  private void draw(List<Group> groups) {
    var lines = new LinkedHashMap<String, List<Charts.Point>>();
    for (var group : groups) {
      var others = new LinkedHashMap<>(group.options);
      var rate = others.remove("lr");
      var name = others.isEmpty() ? metric : String.join(" ", others.values());
      lines.computeIfAbsent(name, _ -> new ArrayList<>())
          .add(new Charts.Point(rate == null ? Double.NaN : Double.parseDouble(rate),
              group.mean(Run::watched), group.std(Run::watched)));
    }
    Charts.sweep(folder.path().resolve("sweep.png"), String.valueOf(folder.path().getFileName()), metric,
        lines);
  }
}
