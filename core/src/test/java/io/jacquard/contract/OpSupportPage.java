package io.jacquard.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes {@code docs/op-support.md} of what the contract suites of all modules wrote ({@link OpTable}): a table of operation
 * by backend. Run it in the project's folder after the tests, with the JDK that runs Jacquard:
 *
 * <pre>{@code
 * mvn test && java -cp core/target/test-classes io.jacquard.contract.OpSupportPage
 * }</pre>
 */
public final class OpSupportPage {
  private static final String PREFIX = "op-support-";
  private static final String SUFFIX = ".txt";

  /** What one backend did with one operation. */
  private record Cell(int passed, int failed, int skipped) {
    @Override
    public String toString() {
      var text = new StringBuilder().append(passed);
      if (failed > 0) text.append(", **").append(failed).append(" failed**");
      if (skipped > 0) text.append(", ").append(skipped).append(" skipped");
      return text.toString();
    }
  }

  /** For each operation, each backend's cell. */
  private final Map<String, Map<String, Map<String, Cell>>> parts = new TreeMap<>();
  private final TreeSet<String> backends = new TreeSet<>(
      Comparator.comparing((String name) -> !name.equals("reference")).thenComparing(name -> name));
  private final TreeSet<String> reasons = new TreeSet<>();

  public static void main(String[] args) throws IOException {
    var project = Path.of("").toAbsolutePath();
    var page = of(project);
    Files.createDirectories(project.resolve("docs"));
    Files.writeString(project.resolve("docs").resolve("op-support.md"), page);
    IO.println("docs/op-support.md is written.");
  }

  /** The page of a project whose modules were tested. */
  static String of(Path project) throws IOException {
    var page = new OpSupportPage();
    try (var modules = Files.newDirectoryStream(project, "*")) {
      for (var module : modules) page.readModule(module.resolve("target"));
    }
    if (page.backends.isEmpty()) {
      throw new IOException("No " + PREFIX + "*" + SUFFIX + " in any module's target folder below " + project
          + ". Run the tests first, with: mvn test");
    }
    return page.text();
  }

  private void readModule(Path target) throws IOException {
    if (!Files.isDirectory(target)) return;
    try (var files = Files.newDirectoryStream(target, PREFIX + "*" + SUFFIX)) {
      for (var file : files) read(file);
    }
  }

  private void read(Path file) throws IOException {
    var name = file.getFileName().toString();
    var key = name.substring(PREFIX.length(), name.length() - SUFFIX.length()).split("-", 2);
    if (key.length != 2) throw new IOException(file + ": expected a name like op-support-tensor-cpu.txt");
    backends.add(key[1]);
    var rows = parts.computeIfAbsent(key[0], _ -> new TreeMap<>());
    for (var line : Files.readAllLines(file)) {
      var fields = line.split("\t", -1);
      if (fields.length != 5) throw new IOException(file + ": expected five fields in '" + line + "'");
      var cell = new Cell(Integer.parseInt(fields[1]), Integer.parseInt(fields[2]),
          Integer.parseInt(fields[3]));
      rows.computeIfAbsent(fields[0], _ -> new TreeMap<>()).put(key[1], cell);
      if (!fields[4].isEmpty()) reasons.add("`" + key[1] + "`, " + fields[0] + ": " + fields[4]);
    }
  }

  private String text() {
    var text = new StringBuilder(
        """
            # What each backend computes

            Generated, not written. To make it anew, with JDK 25 as `java`:

                mvn test && java -cp core/target/test-classes io.jacquard.contract.OpSupportPage

            A number counts the cases of the contract suites that passed. What failed or was skipped is said beside it.
            `reference` is the backend of plain loops that the tests compare with.
            Of the suites, `opencl` and `cuda` run a share, since each case compiles kernels; `-Djacquard.contract=whole` runs
            all of them. Both ran on a CPU: `opencl` by PoCL, `cuda` with PoCL in a GPU's place.
            """);
    summary(text);
    for (var part : parts.entrySet()) {
      text.append("\n## ").append(title(part.getKey())).append("\n\n");
      table(text, part.getValue());
    }
    if (!reasons.isEmpty()) text.append("\n## Why cases were skipped\n\n");
    for (var reason : reasons) text.append("- ").append(reason).append('\n');
    return text.toString();
  }

  /** On how many operations each backend was tried, and how many cases passed. */
  private void summary(StringBuilder text) {
    text.append("\n## In short\n\n");
    row(text, "operations tried, cases passed", List.copyOf(backends));
    text.append("|---|").append("---:|".repeat(backends.size())).append('\n');
    for (var part : parts.entrySet()) {
      row(text, title(part.getKey()), backends.stream().map(backend -> {
        long tried = part.getValue().values().stream().filter(cells -> cells.containsKey(backend)).count();
        return tried + " of " + part.getValue().size() + "; " + total(part.getValue(), backend);
      }).toList());
    }
  }

  private static Cell total(Map<String, Map<String, Cell>> rows, String backend) {
    return rows.values().stream().filter(cells -> cells.containsKey(backend)).map(cells -> cells.get(backend))
        .reduce(new Cell(0, 0, 0),
            (a, b) -> new Cell(a.passed + b.passed, a.failed + b.failed, a.skipped + b.skipped));
  }

  private static String title(String part) {
    return switch (part) {
      case "spi" -> "Calls of the backend interface, and operations of scalar programs";
      case "tensor" -> "Operations of tensors, with their gradients";
      case "golden" -> "Compared with PyTorch: outputs, gradients, steps of optimizers";
      default -> part;
    };
  }

  private void table(StringBuilder text, Map<String, Map<String, Cell>> rows) {
    row(text, "operation", List.copyOf(backends));
    text.append("|---|").append("---:|".repeat(backends.size())).append('\n');
    rows.forEach((op, cells) -> row(text, op,
        backends.stream().map(b -> cells.containsKey(b) ? cells.get(b).toString() : "not run").toList()));
    row(text, "**all**", backends.stream().map(backend -> total(rows, backend).toString()).toList());
  }

  private static void row(StringBuilder text, String first, List<String> others) {
    text.append("| ").append(first).append(" | ").append(String.join(" | ", others)).append(" |\n");
  }
}
