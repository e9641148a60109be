package io.jacquard.benchmarks.mnist;

import io.jacquard.cli.Json;
import io.jacquard.cli.bench.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What the runs gave, as a table for people and as JSON for programs. */
final class MnistFigures {
  private static final String TRAIN = "A";
  private static final String STEP = "B";

  /** A row of the table: by model, a {@link Spread} or a text. */
  private record Figure(String name, String format, String source, Map<String, Object> byModel) {
    String cell(String model) {
      return byModel.get(model) instanceof Spread spread
          ? spread.text(format)
          : String.valueOf(byModel.get(model));
    }
  }

  private final List<Run> runs;
  private final String command;
  private final double loadBefore;
  private final double loadAfter;
  private final List<String> models;
  private final List<Figure> figures = new ArrayList<>();

  /**
   * @param allocation by model, bytes of the Java heap a step
   * @param command what was run
   * @param loadBefore the machine's load average before the runs, and after them
   */
  MnistFigures(List<Run> runs, Map<String, Double> allocation, String command, double loadBefore,
      double loadAfter) {
    this.runs = List.copyOf(runs);
    this.command = command;
    this.loadBefore = loadBefore;
    this.loadAfter = loadAfter;
    models = List.copyOf(allocation.keySet());
    add("test accuracy, by seed", "%.4f", this::accuracies);
    for (int threads : new int[]{2, 1}) {
      var on = ", " + threads + (threads == 1 ? " thread" : " threads");
      add("images a second" + on, "%,.0f", threads, run -> run.report().number("images_per_second"));
      add("step, P50" + on + ", ms", "%.4f", threads, run -> run.report().number("step_ms_p50"));
      add("step, P90" + on + ", ms", "%.4f", threads, run -> run.report().number("step_ms_p90"));
      add("same model, byte for byte, from two runs of a seed" + on, "", model -> sameBytes(model,
          run -> run.threads() == threads && run.seed() == 1));
    }
    add("same model, byte for byte, on 1 and 2 threads, every seed", "", this::sameOnAllThreads);
    add("peak resident memory, MiB", "%.0f", this::peaks);
    add("start to first line, 2 threads, s", "%.2f", 2, run -> run.seen().firstLineSeconds());
    add("start to the line after epoch 1, 2 threads, s", "%.2f", 2, run -> run.seen().firstEpochSeconds());
    figures.add(new Figure("Java heap a step, bytes", "%,.0f", STEP,
        byModel(model -> Spread.of(List.of(allocation.get(model))))));
  }

  private void add(String name, String format, Function<String, Object> figure) {
    figures.add(new Figure(name, format, TRAIN, byModel(figure)));
  }

  private void add(String name, String format, int threads, ToDoubleFunction<Run> value) {
    add(name, format, model -> Spread.of(of(model, run -> run.threads() == threads)
        .stream().map(value::applyAsDouble).toList()));
  }

  private Map<String, Object> byModel(Function<String, Object> figure) {
    var values = new LinkedHashMap<String, Object>();
    for (var model : models) values.put(model, figure.apply(model));
    return values;
  }

  private List<Run> of(String model, Predicate<Run> which) {
    return runs.stream().filter(run -> run.model().equals(model)).filter(which).toList();
  }

  /** One for each seed: other runs of a seed are no new evidence. */
  private Object accuracies(String model) {
    return Spread.of(of(model, _ -> true).stream().collect(
        Collectors.toMap(Run::seed, run -> run.report().number("test_accuracy"), (first, _) -> first))
        .values());
  }

  private Object sameBytes(String model, Predicate<Run> which) {
    return of(model, which).stream().map(Run::modelDigest).distinct().count() == 1 ? "yes" : "NO";
  }

  private Object sameOnAllThreads(String model) {
    var seeds = of(model, _ -> true).stream().map(Run::seed).distinct();
    return seeds.allMatch(seed -> sameBytes(model, run -> run.seed() == seed).equals("yes")) ? "yes" : "NO";
  }

  private Object peaks(String model) {
    var peaks = of(model, run -> run.seen().peakKiB().isPresent()).stream()
        .map(run -> run.seen().peakKiB().getAsLong() / 1024.0).toList();
    return peaks.isEmpty() ? "not known on this system" : Spread.of(peaks);
  }

  String markdown() {
    var text = new StringBuilder();
    for (var line : about()) text.append(line).append('\n');
    text.append("\n| figure | ").append(String.join(" | ", models)).append(" | from |\n|");
    text.append(" --- |".repeat(models.size() + 2)).append('\n');
    for (var figure : figures) {
      text.append("| ").append(figure.name).append(" | ");
      for (var model : models) text.append(figure.cell(model)).append(" | ");
      text.append(figure.source).append(" |\n");
    }
    return text.append("\nFrom " + TRAIN + ": `").append(command)
        .append("` for every model, seed and number of threads, seed 1 twice.\n"
            + "From " + STEP + ": replayed steps of 32 samples inside `jacquard bench mnist`, all threads.\n"
            + "Where there is more than one value: median (least to greatest).\n")
        .toString();
  }

  private List<String> about() {
    var report = runs.getFirst().report();
    return List.of(
        "Jacquard " + report.text("version") + ", JDK " + report.text("jdk") + ", " + report.text("device")
            + ".",
        String.format(Locale.ROOT, "Load average %.2f before and %.2f after. JACQUARD_JAVA_OPTS: %s.",
            loadBefore, loadAfter, System.getenv().getOrDefault("JACQUARD_JAVA_OPTS", "none")),
        "Data: " + report.text("data") + "."
            + (report.truth("generated_data") ? " These digits are generated; this is not MNIST." : ""));
  }

  byte[] json() {
    var all = new LinkedHashMap<String, Object>();
    all.put("about", about());
    all.put("command", command);
    var table = new LinkedHashMap<String, Object>();
    for (var figure : figures) table.put(figure.name, figure.byModel);
    all.put("figures", table);
    all.put("runs", runs.stream().map(MnistFigures::asMap).toList());
    return Json.bytes(all);
  }

  private static Map<String, Object> asMap(Run run) {
    var map = new LinkedHashMap<String, Object>();
    map.put("model", run.model());
    map.put("threads", run.threads());
    map.put("seed", run.seed());
    for (var key : List.of("test_accuracy", "test_loss", "images_per_second", "step_ms_p50", "step_ms_p90"))
      map.put(key, run.report().number(key));
    map.put("first_line_seconds", run.seen().firstLineSeconds());
    map.put("first_epoch_seconds", run.seen().firstEpochSeconds());
    run.seen().peakKiB().ifPresent(peak -> map.put("peak_kib", peak));
    map.put("model_sha256", run.modelDigest());
    return map;
  }
}
