package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jacquard runs}: what was trained, and in what trainings differ. */
@Command(name = "runs", sortOptions = false, description = "Lists runs with their results, or shows in what some of them differ.", footer = {
    "", "Example:", "  jacquard runs", "  jacquard runs runs/mnist-mlp-001 runs/mnist-cnn-001"})
final class RunsCommand implements Callable<Integer> {
  private static final String OPTIONS = "options";
  private static final String RUNS = "runs";

  private final Output output;

  @Parameters(arity = "0..*", paramLabel = "RUN", description = "Runs to compare (default: list all).")
  private List<Path> runs = List.of();

  @Option(names = "--in", paramLabel = "DIR", defaultValue = RUNS, description = "The folder whose runs are listed (default: ${DEFAULT-VALUE}).")
  private Path folder;

  RunsCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    output.line(runs.isEmpty() ? list() : compare());
    return 0;
  }

  private String list() {
    if (!Files.isDirectory(folder)) {
      // Where nothing was trained yet there is no such folder, and nothing is wrong.
      if (!folder.equals(Path.of(RUNS)))
        throw new JacquardException(
            "--in " + folder + ": there is no such folder, expected one that holds runs.");
      return none();
    }
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("Run", "Epochs", "Test", "Loss", "Options"));
    try (var entries = Files.list(folder)) {
      for (var run : entries.sorted().toList()) {
        if (Files.isRegularFile(run.resolve(RunFolder.RUN)))
          rows.add(row(run, read(run)));
        else
          if (Files.isRegularFile(run.resolve(RunFolder.COMMAND)))
            rows.add(List.of(run.toString(), "", "not ended", "", "it goes on with --resume"));
          else
            if (SweepCommand.isSweep(run))
              rows.add(List.of(run.toString(), "", "", "", "a sweep: jacquard runs --in " + run));
      }
    } catch (IOException e) {
      throw FileProblem.of(folder, "cannot be read", e);
    }
    return rows.size() == 1 ? none() : table(rows);
  }

  private String none() {
    return "There are no runs in " + folder + ". 'jacquard train mnist' makes one.";
  }

  private static List<String> row(Path run, Map<String, @Nullable Object> report) {
    var metric = report.entrySet().stream()
        .filter(e -> e.getKey().startsWith("test_") && !e.getKey().equals("test_loss")).findFirst();
    var test = metric.isEmpty() || metric.get().getValue() == null
        ? Boolean.TRUE.equals(report.get("interrupted")) ? "interrupted" : ""
        : metric.get().getKey().substring("test_".length()) + " " + text(metric.get().getValue());
    int epochs = report.get("epochs") instanceof List<?> list ? list.size() : 0;
    return List.of(run.toString(), Integer.toString(epochs), test, text(report.get("test_loss")),
        shown(options(report)));
  }

  private static String shown(Map<?, ?> options) {
    var parts = new ArrayList<String>();
    for (var name : List.of("optimizer", "lr", "batch", "seed")) {
      if (options.get(name) != null) parts.add(name + " " + asked(options.get(name)));
    }
    return String.join(", ", parts);
  }

  private static Map<?, ?> options(Map<String, @Nullable Object> report) {
    return report.get(OPTIONS) instanceof Map<?, ?> map ? map : Map.of();
  }

  /** A line for each value in which the runs differ, and for what they have reached. */
  private String compare() {
    var columns = new ArrayList<Map<String, String>>();
    for (var run : runs) columns.add(facts(read(run)));
    var names = new LinkedHashSet<String>();
    columns.forEach(column -> names.addAll(column.keySet()));
    var rows = new ArrayList<List<String>>();
    var head = new ArrayList<>(List.of(""));
    runs.forEach(run -> head.add(Objects.requireNonNull(run.getFileName()).toString()));
    rows.add(head);
    for (var name : names) {
      var cells = columns.stream().map(column -> column.getOrDefault(name, "")).toList();
      boolean option = name.startsWith("--");
      if (option && cells.stream().distinct().count() == 1 && runs.size() > 1) continue;
      var row = new ArrayList<>(List.of(name));
      row.addAll(cells);
      rows.add(row);
    }
    return table(rows);
  }

  private static Map<String, String> facts(Map<String, @Nullable Object> report) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("--task", text(report.get("task")));
    options(report).forEach((name, value) -> facts.put("--" + name, asked(value)));
    report.forEach((name, value) -> {
      if (name.startsWith("test_") || name.endsWith("_per_second")) facts.put(name, text(value));
    });
    facts.put("epochs done", report.get("epochs") instanceof List<?> list ? "" + list.size() : "");
    facts.put("backend", text(report.get("backend")));
    return facts;
  }

  /** An option's value, with every digit: rates may differ in the last. */
  private static String asked(@Nullable Object value) {
    return value instanceof Double number && number != Math.rint(number) ? Format.plain(number) : text(value);
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Double number when number != Math.rint(number) -> Math.abs(number) < 0.01
          ? Format.plain(number)
          : Format.score(number);
      case Double number -> Format.count(number);
      default -> value.toString();
    };
  }

  private static Map<String, @Nullable Object> read(Path run) {
    RunFolder.require(run);
    var file = run.resolve(RunFolder.RUN);
    try {
      return Json.read(file);
    } catch (IOException e) {
      throw new JacquardException(file + " cannot be read: " + FileProblem.reason(e)
          + ". Only runs that have ended can be compared.", e);
    }
  }

  static String table(List<List<String>> rows) {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        int column = c;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(c)).append(" ".repeat(width - row.get(c).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString().stripTrailing();
  }
}
