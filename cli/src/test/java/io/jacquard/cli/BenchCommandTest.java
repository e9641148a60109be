package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.BenchReport;
import io.jacquard.cli.bench.Cell;
import io.jacquard.cli.bench.ReportFile;
import io.jacquard.cli.bench.Row;
import io.jacquard.cli.bench.Spread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jacquard bench} on the CPU, with two small workloads. */
class BenchCommandTest {
  private static final String SMALL = "matmul 128x|one number there";

  @TempDir
  private Path folder;

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private Captured bench(int code, String... options) {
    var arguments = new ArrayList<>(
        List.of("bench", "--backends", "cpu", "--threads", "1", "--seconds", "0.002",
            "--forks", "0", "--only", SMALL));
    arguments.addAll(List.of(options));
    return run(code, arguments.toArray(String[]::new));
  }

  private static Captured run(int code, String... arguments) {
    var program = new Captured();
    assertEquals(code, program.run(arguments), () -> program.out() + program.err());
    return program;
  }

  @Test
  void threeFilesAndATable() throws IOException {
    var text = bench(0, "--out", at("b")).out();
    assertTrue(text.contains("Matrix products") && text.contains("matmul 128x128x128"), text);
    var report = ReportFile.read(folder.resolve("b.json"));
    assertEquals(List.of("cpu"), report.names());
    assertEquals(2, report.rows().size());
    assertTrue(report.rows().getFirst().gflops("cpu") > 0);
    assertTrue(report.machine().containsKey("processor") && report.method().containsKey("warm-up"));
    assertTrue(Files.readString(folder.resolve("b.md")).contains("| one number there and back |"));
    assertTrue(Files.readString(folder.resolve("b.html")).contains("class=\"speed\""));
  }

  /** The default: fresh processes, of which the report has each one's median. */
  @Test
  void freshProcesses() {
    var text = run(0, "bench", "--backends", "cpu", "--threads", "1", "--seconds", "0.002", "--forks", "2",
        "--only", "one number", "--out", at("b")).out();
    assertTrue(text.contains("measured in 2 processes"), text);
    var report = ReportFile.read(folder.resolve("b.json"));
    var cell = (Cell.Measured) report.rows().getFirst().cells().get("cpu");
    assertEquals(2, cell.processes().size());
    assertTrue(report.method().get("processes").startsWith("2 for each group"), report.method()::toString);
    assertEquals(report, ReportFile.read(folder.resolve("b.json")));
  }

  /** As if the machine had been so much faster before. */
  private void writeFaster(double factor) throws IOException {
    bench(0, "--out", at("old"));
    var old = ReportFile.read(folder.resolve("old.json"));
    var rows = old.rows().stream().map(row -> {
      var cells = new LinkedHashMap<String, Cell>();
      double nanos = row.nanos("cpu").orElseThrow().median() / factor;
      cells.put("cpu", new Cell.Measured(new Spread(nanos, 0, nanos, nanos, 11)));
      return new Row(row.group(), row.name(), row.flops(), row.bytes(), row.batch(), cells);
    }).toList();
    Files.write(folder.resolve("old.json"),
        ReportFile.bytes(new BenchReport(old.machine(), old.method(), old.devices(),
            rows, List.of())));
  }

  @Test
  void slowerThanBefore() throws IOException {
    writeFaster(1e6); // beyond any noise of a machine that others use
    var text = bench(BenchCommand.SLOWER, "--compare", at("old.json"), "--out", at("now")).out();
    assertTrue(text.contains("2 figures, 0 of them within both spreads, all together +"), text);
    assertTrue(text.contains(" %, 2 slower beyond the noise."), text);
    assertTrue(text.contains("SLOWER: matmul 128x128x128 on cpu"), text);
    assertTrue(Files.exists(folder.resolve("now.json")));
    var two = run(BenchCommand.SLOWER, "bench", "--from", at("now.json"), "--compare", at("old.json"),
        "--out",
        at("again")).out();
    assertTrue(two.contains("SLOWER: matmul 128x128x128 on cpu") && !two.contains("measured again"), two);
  }

  @Test
  void fasterThanBefore() throws IOException {
    writeFaster(1e-6);
    var text = bench(0, "--compare", at("old.json"), "--out", at("now")).out();
    assertTrue(
        text.contains(
            "2 figures, 0 of them within both spreads, all together -100 %, none slower beyond the noise."),
        text);
  }

  @Test
  void aBackendThatIsNotThereIsARow() {
    var text = run(0, "bench", "--backends", "cpu,nonsense,cuda:99", "--seconds", "0.002", "--forks", "0",
        "--only",
        "one number", "--out",
        at("b")).out();
    assertTrue(text.contains("nonsense: not measured, There is no backend 'nonsense'"), text);
    assertTrue(text.contains("cuda:99: not measured, Backend 'cuda"), text);
    assertEquals(3, ReportFile.read(folder.resolve("b.json")).devices().size());
  }

  /** A row takes the place of its name; the next does not take that of the row. */
  @Test
  void onATerminal() {
    var program = new Captured(StandardCharsets.UTF_8, true, 120);
    assertEquals(0,
        program.run("bench", "--backends", "cpu,cpu:0", "--seconds", "0.002", "--forks", "0", "--only", SMALL,
            "--out",
            at("b")));
    var lines = program.out().lines().map(line -> line.substring(line.lastIndexOf('\r') + 1)).toList();
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("  matmul 128x128x128  ")), program.out());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("  one number there and back  ")),
        program.out());
  }

  @Test
  void noDeviceAtAll() {
    assertTrue(run(1, "bench", "--backends", "nonsense").err().contains("there is no device to measure"));
  }

  @Test
  void allDevicesWithoutNames() {
    var text = run(0, "bench", "--seconds", "0.002", "--forks", "0", "--only", "one number", "--out",
        at("b")).out();
    assertTrue(text.contains("cpu: "), text);
  }

  @Test
  void halvesThatTheCpuLacks() {
    assertTrue(bench(1, "--precision", "bf16").err().contains("--precision bf16: The device cpu"));
    assertTrue(bench(2, "--precision", "bf17").err().contains("There is no precision 'bf17'"));
  }

  @Test
  void lists() {
    var text = run(0, "bench", "--list", "--only", "^training$").out();
    assertTrue(text.startsWith("training  train mlp"), text);
    assertEquals(9, text.lines().count());
  }

  @Test
  void wrongOptions() throws IOException {
    assertTrue(run(2, "bench", "--only", "(").err().contains("expected a regular expression"));
    assertTrue(run(2, "bench", "--only", "nothing").err().contains("no workload has such a name"));
    assertTrue(run(2, "bench", "--seconds", "0").err().contains("expected more than 0"));
    assertTrue(run(2, "bench", "--threads", "0").err().contains("expected 1 or more"));
    assertTrue(run(2, "bench", "--forks", "-1").err().contains("expected 0 to 100"));
    assertTrue(run(1, "bench", "--compare", at("none.json")).err().contains("none.json"));
  }

  /** What people wrote stays; what was put there before is replaced. */
  @Test
  void tablesInAPage() throws IOException {
    bench(0, "--out", at("b"));
    var page = folder.resolve("page.md");
    var lines = "<!-- figures of jacquard bench -->\n%s<!-- end of figures -->\n";
    Files.writeString(page, "# Ours\n\n" + String.format(lines, "old\n") + "\nThe end.\n");
    for (int i = 0; i < 2; i++) { // the second time in the place of the first
      var text = run(0, "bench", "--from", at("b.json"), "--out", at("c"), "--markdown", page.toString())
          .out();
      assertTrue(text.startsWith("Written: ") && text.strip().endsWith("page.md"), text);
    }
    var text = Files.readString(page);
    assertTrue(text.startsWith("# Ours\n") && text.endsWith("<!-- end of figures -->\n\nThe end.\n"), text);
    assertTrue(!text.contains("old\n") && text.contains("#### Matrix products\n"), text);
    assertEquals(text.indexOf("| matmul 128x128x128 |"), text.lastIndexOf("| matmul 128x128x128 |"));
    assertEquals(ReportFile.read(folder.resolve("b.json")), ReportFile.read(folder.resolve("c.json")));
  }

  @Test
  void whatCannotBeWrittenIsSaidBeforeAnythingIsMeasured() throws IOException {
    var page = Files.writeString(folder.resolve("page.md"), "no place").toString();
    assertTrue(bench(1, "--out", at("page.md/b")).err().contains("page.md cannot be written to"));
    assertTrue(bench(1, "--markdown", page).err().contains("has no place for figures"));
    assertTrue(bench(1, "--markdown", at("none.md")).err().contains("none.md cannot be read"));
    assertEquals("no place", Files.readString(folder.resolve("page.md")));
  }

  @Test
  void otherPrograms() throws IOException {
    assertEquals(List.of("jmh", "SpiMaps", "-p", "backend=cpu,opencl", "-p", "threads=2"),
        BenchPrograms.jmhArguments("SpiMaps", List.of("cpu", "opencl"), 2));
    assertEquals(List.of("peers", "--out", "x"), BenchPrograms.peersArguments("", null, "x"));
    assertEquals(List.of("peers", "--out", "x", "--only", "mlp", "--no-starts", "--threads", "1"),
        BenchPrograms.peersArguments("mlp", 1, "x"));
    assertEquals(List.of("jmh", "."), BenchPrograms.jmhArguments(".", List.of(), null));
    var launcher = folder.resolve("jacquard").toString();
    assertTrue(assertThrows(JacquardException.class, () -> BenchPrograms.require("peers", launcher))
        .getMessage()
        .startsWith("bench peers is built from the sources, and beside " + launcher + " there are none."));
    var sources = Files.writeString(folder.resolve("pom.xml"), "");
    assertEquals(launcher, BenchPrograms.require("peers", launcher).toString());
    Files.delete(sources);
    assertThrows(JacquardException.class, () -> BenchPrograms.require("jmh", null));
    var file = Files.writeString(folder.resolve("p.json"), "{\"rows\": [{\"work\": \"matmul\"}]}");
    assertEquals("matmul", BenchPrograms.rows(file).getFirst().get("work"));
    Files.writeString(file, "{\"rows\": 3}");
    assertThrows(JacquardException.class, () -> BenchPrograms.rows(file));
  }
}
