package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.cli.bench.Workload.Group;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of made-up figures: as a table, as Markdown, as JSON and back, as a page; and compared with another. */
class BenchReportTest {
  @TempDir
  private Path folder;

  private static Spread spread(double nanos, double share) {
    return new Spread(nanos, share * nanos / (2 * 1.4826), 0.9 * nanos, 1.2 * nanos, 11);
  }

  private static Row row(Group group, String name, double flops, double bytes, int batch, double cpu,
      double gpu) {
    var cells = new LinkedHashMap<String, Cell>();
    cells.put("cpu", new Cell.Measured(spread(cpu, 0.02)));
    cells.put("cuda", Double.isNaN(gpu)
        ? new Cell.Missing("has no <memory> | left")
        : new Cell.Measured(spread(gpu, 0.01)));
    return new Row(group, name, flops, bytes, batch, cells);
  }

  private static BenchReport report(double factor) {
    var rows = new ArrayList<Row>();
    rows.add(row(Group.LIMITS, "copy 32 Mi floats", 0, 268e6, 0, 8e6, 0.2e6));
    rows.add(row(Group.PRODUCTS, "matmul 64x128x784", 1.3e7, 6.3e5, 0, 58e3 * factor, 9e3));
    rows.add(row(Group.PRODUCTS, "matmul 512x512x512", 2.7e8, 3.1e6, 0, 6e5, 3e4));
    rows.add(row(Group.MAPS, "add 1 Mi", 1e6, 1.2e7, 0, 2e5, Double.NaN));
    for (int batch : new int[]{1, 8, 64})
      rows.add(row(Group.INFERENCE, "predict cnn batch " + batch, 0, 0, batch, 4e4 * batch, 3e5));
    return new BenchReport(texts("processor", "A <fast> one", "cores", "2"), texts("precision", "float32"),
        List.of(new Entrant("cpu", "2 cores", ""), new Entrant("cuda", "a GPU", ""),
            new Entrant("opencl", "", "no driver (ICD) offers a device")),
        rows, List.of());
  }

  private static SequencedMap<String, String> texts(String... namesAndValues) {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) map.put(namesAndValues[i], namesAndValues[i + 1]);
    return map;
  }

  @Test
  void jsonAndBack() throws IOException {
    var report = report(1);
    var file = Files.write(folder.resolve("bench.json"), ReportFile.bytes(report));
    assertEquals(report, ReportFile.read(file));
  }

  @Test
  void whatIsNoReport() throws IOException {
    for (var text : List.of("{}", "{\"jacquard_bench\": 2}", "{\"jacquard_bench\": 1, \"devices\": 3}",
        "{\"jacquard_bench\": 1}", "[1]", "{\"jacquard_bench\": 1, \"devices\": [], \"machine\": {}, "
            + "\"method\": {}, \"rows\": [{\"group\": \"none\"}]}")) {
      var file = Files.writeString(folder.resolve("other.json"), text);
      var e = assertThrows(JacquardException.class, () -> ReportFile.read(file), text);
      assertTrue(e.getMessage().contains("other.json") && e.getMessage().endsWith("."), e.getMessage());
    }
    assertThrows(JacquardException.class, () -> ReportFile.read(folder.resolve("nowhere.json")));
  }

  @Test
  void table() {
    var rows = report(1).rows();
    var names = List.of("cpu", "cuda");
    assertEquals("Matrix products · cpu · cuda", narrow(Tables.heading(Group.PRODUCTS, names)));
    assertEquals(" · matmul 64x128x784 · 58.0 us ±2 % · 6.44x · * 9.00 us ±1 %",
        narrow(Tables.line(rows.get(1), names)));
    assertEquals(" · add 1 Mi · * 200 us ±2 % · -\n · cuda: has no <memory> | left",
        narrow(Tables.line(rows.get(3), names)));
    assertEquals(" · add 1 Mi · 200 us ±2 %", narrow(Tables.line(rows.get(3), List.of("cpu"))));
    var column = Tables.heading(Group.PRODUCTS, names).indexOf("cuda");
    assertEquals(column, Tables.line(rows.get(1), names).indexOf("9.00 us"));
  }

  private static String narrow(String line) {
    return line.replaceAll(" {2,}", " · ");
  }

  @Test
  void summary() {
    assertEquals(List.of("cpu is the fastest in 1 of 6 workloads", "cuda is the fastest in 5 of 6 workloads",
        "cpu: arithmetic up to 450 GFLOP/s, memory copied at 33.5 GB/s",
        "cuda: arithmetic up to 9000 GFLOP/s, memory copied at 1340 GB/s",
        "predict cnn: cpu is the fastest at batch 1, cuda from batch 64"), Tables.summary(report(1)));
  }

  @Test
  void markdown() {
    var text = Tables.markdown(report(1));
    assertTrue(text.contains("| opencl | not measured: no driver (ICD) offers a device |"), text);
    assertTrue(
        text.contains(
            "| matmul 64x128x784 | 58.0 us ±2 %, 224 GFLOP/s, 6.44x | 9.00 us ±1 %, 1444 GFLOP/s |"),
        text);
    assertTrue(text.contains("| add 1 Mi | 200 us ±2 %, 60.0 GB/s | has no <memory> \\| left |"), text);
  }

  /** Every tag is closed and every sign escaped, nothing is fetched, and all pictures are there. */
  @Test
  void page() throws Exception {
    var peers = List.<Map<String, Object>>of(
        Map.of("work", "matmul <1>", "threads", 2L, "micros", Map.of("PyTorch", Map.of("median", 12.5))));
    var report = report(1);
    var html = new String(BenchPage.of(new BenchReport(report.machine(), report.method(), report.devices(),
        report.rows(), peers)).bytes(), StandardCharsets.UTF_8);
    assertFalse(html.matches("(?s).*(https?:|src=|href=|@import|url\\().*"), "it fetches nothing");
    assertTrue(html.contains("prefers-color-scheme: dark"));
    var xml = html.replace("<!doctype html>", "").replace("<meta charset=\"utf-8\">", "")
        .replace("<meta name=\"viewport\" content=\"width=device-width\">", "");
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertEquals(1 + 2 + 2, document.getElementsByTagName("svg").getLength(),
        "batches, two lines of their legend, rooflines");
    assertEquals(7 * 2, html.split("class=\"speed\"", -1).length - 1, "a bar for each device");
    assertTrue(html.contains("<i class=\"d0\" style=\"width:15.5%\">"),
        "of 58 us, where the fastest takes 9");
    assertTrue(
        html.contains("12.5 us") && html.contains("matmul &lt;1&gt;") && html.contains("A &lt;fast&gt; one"));
    assertTrue(html.contains("<em>has no &lt;memory&gt; | left</em>"));
  }

  /** Marks of a roofline lie beside each other however many points there are in one place. */
  @Test
  void marksDoNotOverlap() {
    var rows = new ArrayList<Row>();
    rows.add(row(Group.LIMITS, "copy 32 Mi floats", 0, 268e6, 0, 8e6, 1));
    for (int i = 0; i < 20; i++) rows.add(row(Group.PRODUCTS, "matmul " + i, 1e8 + i, 1e6, 0, 5e5, 1));
    var report = report(1).with(rows);
    var marks = RooflineChart.of(report, "cpu", "d0").toString().lines()
        .filter(line -> line.contains("class=\"mark\""))
        .map(line -> line.split("\""))
        .map(parts -> new double[]{Double.parseDouble(parts[1]), Double.parseDouble(parts[3])})
        .toList();
    assertEquals(20, marks.size());
    for (int i = 0; i < marks.size(); i++) {
      for (int j = 0; j < i; j++)
        assertTrue(Math.hypot(marks.get(i)[0] - marks.get(j)[0], marks.get(i)[1] - marks.get(j)[1]) >= 18);
    }
  }

  @Test
  void aFifthMoreTimeIsFound() {
    var slower = Comparison.slower(report(1), report(1.2));
    assertEquals("matmul 64x128x784 on cpu: 69.6 us ±2 %, before 58.0 us ±2 % (+20 %)",
        slower.getFirst().toString());
    assertEquals(1, slower.size());
    assertEquals(13, Comparison.common(report(1), report(1.2)));
    assertEquals(List.of(), Comparison.circumstances(report(1), report(1)));
    var other = new BenchReport(texts("processor", "another"), report(1).method(), List.of(), List.of(),
        List.of());
    assertEquals(List.of("Note: the earlier report has processor 'another', this one 'A <fast> one'.",
        "Note: the earlier report has cores 'not said', this one '2'."),
        Comparison.circumstances(other, report(1)));
  }

  @Test
  void littleMoreTimeIsNoise() {
    assertEquals(List.of(), Comparison.slower(report(1), report(1)));
    assertEquals(List.of(), Comparison.slower(report(1), report(1.1)));
    assertEquals(List.of(), Comparison.slower(report(1.3), report(1)), "faster is not slower");
  }

  /** A fifth more, where both runs vary by as much, says nothing. */
  @Test
  void spreadsCount() {
    var cells = new LinkedHashMap<String, Cell>();
    var rows = new ArrayList<Row>();
    for (double nanos : new double[]{1000, 1200}) {
      cells.put("cpu", new Cell.Measured(spread(nanos, 0.2)));
      rows.add(new Row(Group.MAPS, "noisy", 0, 0, 0, new LinkedHashMap<>(cells)));
    }
    var report = report(1);
    assertEquals(List.of(),
        Comparison.slower(report.with(rows.subList(0, 1)), report.with(rows.subList(1, 2))));
  }
}
