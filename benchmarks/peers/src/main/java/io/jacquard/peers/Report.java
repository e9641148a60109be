package io.jacquard.peers;

import io.jacquard.cli.Json;
import io.jacquard.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table so far, as Markdown and as JSON. It is written anew after each workload: the whole takes half an hour, and what
 * was measured outlives an interruption.
 */
final class Report {
  private final Path out;
  private final int rounds;
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  /** @param out the files' name without {@code .md} and {@code .json} */
  Report(Path out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  void contestants(List<Contestant> contestants) {
    for (var contestant : contestants) versions.putIfAbsent(contestant.label(), contestant.version());
  }

  void add(Row row) throws IOException {
    rows.add(row);
    AtomicFile.write(Path.of(out + ".md"), markdown().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(Path.of(out + ".json"), Json.bytes(
        Map.of("versions", versions, "rounds", rounds, "rows",
            rows.stream().map(each -> each.json(share(each))).toList())));
  }

  /** Null if it was not measured. */
  Row row(String work, int threads) {
    return rows.stream().filter(r -> r.work().equals(work) && r.threads() == threads).findFirst()
        .orElse(null);
  }

  String markdown() {
    var text = new StringBuilder();
    versions.forEach(
        (label, version) -> text.append("- ").append(label).append(": ").append(version).append('\n'));
    rows.stream().map(Row::threads).distinct().forEach(threads -> text.append(limits(threads)));
    text.append("\n| work | threads | ").append(String.join(" | ", versions.keySet()))
        .append(" | best peer / Jacquard | of the limit | P99 / P50 |\n| --- | ---: |")
        .append(" ---: |".repeat(versions.size() + 3)).append('\n');
    rows.forEach(row -> text.append(row.markdown(versions.keySet(), share(row))).append('\n'));
    return text.toString();
  }

  private String limits(int threads) {
    var fma = limit(Cost.FMA, threads);
    var copy = limit(Cost.COPY, threads);
    return fma == null || copy == null ? ""
        : String.format(Locale.ROOT, "- limits, threads %d: %.0f GFLOP/s in registers, %.1f GB/s copied%n",
            threads, fma.rate(), copy.rate());
  }

  /** Null if it was not measured. */
  private Limit limit(String op, int threads) {
    var work = Workload.ALL.stream().filter(w -> w instanceof Workload.Op o && o.op().equals(op)).findFirst()
        .orElseThrow();
    var row = row(work.name(), threads);
    var ours = row == null ? null : row.micros().get(Row.OURS);
    return ours == null ? null : new Limit(Cost.of(work), ours.median());
  }

  private record Limit(Cost cost, double micros) {
    double rate() {
      return cost.rate(micros);
    }
  }

  /** What Jacquard reaches of what registers or memory give; NaN where that was not counted, or the limit not measured. */
  private double share(Row row) {
    var cost = Workload.ALL.stream().filter(w -> w.name().equals(row.work())).findFirst().map(Cost::of)
        .orElse(null);
    var ours = row.micros().get(Row.OURS);
    if (cost == null || ours == null) return Double.NaN;
    var limit = limit(cost.unit() == Cost.Unit.OPERATIONS ? Cost.FMA : Cost.COPY, row.threads());
    return limit == null ? Double.NaN : cost.rate(ours.median()) / limit.rate();
  }
}
