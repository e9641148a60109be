package io.jacquard.cli;

import io.jacquard.inspect.Moment.Key;
import io.jacquard.inspect.Moment.Kind;
import io.jacquard.inspect.Profiler;
import io.jacquard.inspect.StepTimes;
import io.jacquard.tensor.Where.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What {@code --profile} prints: where the time of a step went, by its parts, by layers and by operations.
 *
 * <pre>
 * Profile of 36 replayed steps, 12.41 ms each; 95.2 % of the time is explained
 *
 * Part          ms/step   share
 * forward         5.102  41.1 %  ████████████
 * </pre>
 */
final class ProfileTable {
  private static final int BAR = 20;
  /** Of more layers or operations the smallest are one line. */
  private static final int MOST = 15;
  private static final int LONGEST = 40;

  private ProfileTable() {}

  static String text(Profiler profiler) {
    var replayed = profiler.replayed();
    var eager = profiler.eager();
    // The very first steps compile kernels, and are nobody's usual ones.
    var times = replayed.steps() > 0 ? replayed : eager;
    if (times.steps() == 0) return "Profile: no step was done.";
    var text = new StringBuilder(String.format(Locale.ROOT,
        "Profile of %,d %s, %.3f ms each; %.1f %% of the time is explained",
        times.steps(), times == replayed ? "replayed steps" : "steps", times.nanos() / 1e6 / times.steps(),
        100 * times.explained()));
    if (times == replayed && eager.steps() > 0)
      text.append(String.format(Locale.ROOT, "%nNot counted: %,d steps that were computed anew, %.3f ms each",
          eager.steps(), eager.nanos() / 1e6 / eager.steps()));
    parts(text, times);
    layers(text, times);
    operations(text, times);
    return text.toString();
  }

  private static void parts(StringBuilder text, StepTimes times) {
    text.append(String.format("%n%n%-12s %10s %8s%n", "Part", "ms/step", "share"));
    var rows = new LinkedHashMap<String, Long>();
    rows.put("forward", times.computing(Part.FORWARD));
    rows.put("backward", times.computing(Part.BACKWARD));
    rows.put("optimizer", times.computing(Part.OPTIMIZER));
    rows.put("data", times.computing(Part.DATA));
    rows.put("data wait", times.dataWait());
    rows.put("transfers", times.of(Kind.TRANSFER));
    rows.put("allocation", times.of(Kind.ALLOCATION));
    rows.put("host", times.host());
    rows.forEach((name, nanos) -> text.append(String.format(Locale.ROOT, "%-12s %10.3f %s%n", name,
        nanos / 1e6 / times.steps(), share(nanos, times))));
  }

  private static String share(long nanos, StepTimes times) {
    double share = Math.max(0, (double) nanos / times.nanos());
    return String.format(Locale.ROOT, "%6.1f %%  %s", 100 * share, "█".repeat((int) Math.round(BAR * share)))
        .stripTrailing();
  }

  private record Row(String name, long forward, long backward, long count, long nanos) {
    Row plus(Row other) {
      return new Row(name, forward + other.forward, backward + other.backward, count + other.count,
          nanos + other.nanos);
    }
  }

  /** Of what computes, added up by a name, the largest first. */
  private static List<Row> rows(StepTimes times, Function<Key, String> name) {
    Map<String, Row> rows = new LinkedHashMap<>();
    times.sums().forEach((key, sum) -> {
      if (key.kind() != Kind.COMPUTE) return;
      var row = new Row(name.apply(key), key.part() == Part.FORWARD ? sum.nanos() : 0,
          key.part() == Part.BACKWARD ? sum.nanos() : 0, sum.count(), sum.nanos());
      rows.merge(row.name, row, Row::plus);
    });
    var sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparingLong(Row::nanos).reversed().thenComparing(Row::name));
    if (sorted.size() <= MOST) return sorted;
    var rest = sorted.subList(MOST, sorted.size());
    var others = rest.stream().reduce(new Row("the other " + rest.size(), 0, 0, 0, 0), Row::plus);
    var shown = new ArrayList<>(sorted.subList(0, MOST));
    shown.add(others);
    return shown;
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 3) + "...";
  }

  private static int width(List<Row> rows) {
    return rows.stream().mapToInt(row -> row.name.length()).max().orElse(0) + 1;
  }

  private static void layers(StringBuilder text, StepTimes times) {
    var rows = rows(times, key -> key.layer().isEmpty() ? "(" + key.part() + ")" : shortened(key.layer()));
    int name = Math.max(12, width(rows));
    text.append(
        String.format("%n%-" + name + "s %10s %10s %10s %8s%n", "Layer", "forward", "backward", "ms/step",
            "share"));
    for (var row : rows)
      text.append(String.format(Locale.ROOT, "%-" + name + "s %10.3f %10.3f %10.3f %s%n", row.name,
          row.forward / 1e6 / times.steps(), row.backward / 1e6 / times.steps(),
          row.nanos / 1e6 / times.steps(),
          share(row.nanos, times)));
  }

  private static void operations(StringBuilder text, StepTimes times) {
    var rows = rows(times, key -> key.part() == Part.OPTIMIZER ? "optimizer " + key.what() : key.what());
    int name = Math.max(12, width(rows));
    text.append(
        String.format("%n%-" + name + "s %10s %10s %8s%n", "Operation", "calls/step", "ms/step", "share"));
    for (var row : rows)
      text.append(String.format(Locale.ROOT, "%-" + name + "s %10.1f %10.3f %s%n", row.name,
          (double) row.count / times.steps(), row.nanos / 1e6 / times.steps(), share(row.nanos, times)));
    text.setLength(text.length() - System.lineSeparator().length());
  }
}
