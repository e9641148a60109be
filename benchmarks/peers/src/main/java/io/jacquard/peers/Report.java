package io.jacquard.peers;

import io.jacquard.benchmarks.JsonText;
import io.jacquard.io.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    var json = new ByteArrayOutputStream();
    JsonText.write(
        Map.of("versions", versions, "rounds", rounds, "rows", rows.stream().map(Row::json).toList()), json);
    AtomicFile.write(Path.of(out + ".json"), json.toByteArray());
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
    text.append("\n| work | threads | ").append(String.join(" | ", versions.keySet()))
        .append(" | best peer / Jacquard |\n| --- | ---: |")
        .append(" ---: |".repeat(versions.size())).append(" ---: |\n");
    rows.forEach(row -> text.append(row.markdown(versions.keySet())).append('\n'));
    return text.toString();
  }
}
