package io.jacquard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.data.MnistFiles;
import io.jacquard.io.ModelFile;
import io.jacquard.train.Progress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs in this process, on a few digits. */
class TrainCommandTest {
  @TempDir
  private static Path data;
  @TempDir
  private Path folder;

  @BeforeAll
  static void digits() throws IOException {
    TinyMnist.in(data);
  }

  private Captured train(String out, String... options) {
    return train(new Captured(), out, options);
  }

  private Captured train(Captured program, String out, String... options) {
    var args = new ArrayList<>(List.of("train", "mnist", "--data", data.toString(), "--out",
        folder.resolve(out).toString(), "--epochs", "2"));
    args.addAll(List.of(options));
    assertEquals(0, program.run(args.toArray(String[]::new)), program.err());
    assertEquals("", program.err());
    return program;
  }

  @Test
  void saysWhatItDoes() {
    var report = folder.resolve("reports/r.json");
    var lines = train("run", "--seed", "7", "--report", report.toString()).out().lines().toList();
    assertTrue(
        lines.getFirst().matches("Jacquard \\S+ · JDK \\S+ · cpu \\(.*SIMD.*\\) · \\d+ threads? · seed 7 · "
            + "not cuda \\(.*\\), not opencl \\(.*\\)"),
        lines.getFirst());
    assertEquals("Data: IDX files in " + data + " · 400 to train with, 100 to test with", lines.get(1));
    assertEquals("""

        Layer                 Output shape   Parameters   Multiply-adds
        ───────────────────────────────────────────────────────────────
        0  Flatten()          [N, 784]                0               0
        1  Linear(784, 128)   [N, 128]          100,480         100,352
        2  ReLU()             [N, 128]                0               0
        3  Dropout(0.2)       [N, 128]                0               0
        4  Linear(128, 10)    [N, 10]             1,290           1,280
        ───────────────────────────────────────────────────────────────
        Total: 101,770 parameters (397.5 KiB), all trainable · 101,632 multiply-adds
        """, String.join("\n", lines.subList(2, 12)) + "\n");
    assertTrue(lines.get(12).startsWith("Memory for this input: "), lines.get(12));
    var number = "\\d+\\.\\d{4}";
    for (int epoch = 1; epoch <= 2; epoch++) {
      assertTrue(
          lines.get(13 + epoch).matches("Epoch " + epoch + "/2 · \\S+s · \\S+ms/step · accuracy " + number
              + " · loss " + number + " · val_accuracy " + number + " · val_loss " + number),
          lines.get(13 + epoch));
    }
    assertTrue(lines.get(16).matches("Test: accuracy 0\\.\\d{4} · loss " + number), lines.get(16));
    assertTrue(lines.get(17).matches("Loss [▁▂▃▄▅▆▇█]{24} from " + number + " to " + number), lines.get(17));
    assertTrue(
        lines.get(18)
            .matches("[\\d,]+ images/s(, [\\d,]+ in the last epoch)? · step P50 [\\d.]+ms, P90 [\\d.]+ms"),
        lines.get(18));
    assertEquals(
        "Saved in " + folder.resolve("run") + ": model.safetensors, history.csv, run.json, curves.png",
        lines.get(19));
    assertEquals("Report: " + report, lines.get(20));
    assertEquals(21, lines.size());
    assertTrue(Files.exists(report));
  }

  @Test
  void sameSeedSameModelOnAnyNumberOfThreads() throws IOException {
    train("a", "--seed", "3", "--threads", "1");
    train("b", "--seed", "3", "--threads", "1");
    train("c", "--seed", "3");
    train("d", "--seed", "4");
    var a = model("a");
    assertArrayEquals(a, model("b"));
    assertArrayEquals(a, model("c"), "on all cores");
    assertFalse(Arrays.equals(a, model("d")), "another seed gives another model");
  }

  private byte[] model(String out) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve(RunFolder.MODEL));
  }

  @Test
  void theModelFileSaysWhatItHolds() {
    train("run", "--model", "softmax", "--optimizer", "sgd", "--lr", "0.05", "--batch", "50");
    assertEquals(Map.of("model", "softmax", "task", "mnist", "classes", "0,1,2,3,4,5,6,7,8,9", "version",
        Version.jacquard()), ModelFile.metadata(folder.resolve("run/model.safetensors")));
  }

  @Test
  void quietPrintsTheResultOnly() {
    var out = train("run", "--quiet").out();
    assertTrue(out.matches("Test: accuracy \\d\\.\\d{4} · loss \\d+\\.\\d{4}\n"), out);
  }

  @Test
  void aTerminalGetsALineThatIsRewritten() {
    var live = train(new Captured(UTF_8, true, 70), "run").out();
    var epoch = live.substring(live.indexOf("Epoch 1/2\n"), live.indexOf("Epoch 2/2\n"));
    var shown = epoch.substring("Epoch 1/2\n".length()).split("\r");
    for (int i = 1; i < shown.length - 1; i++) {
      var line = shown[i].replace("\u001b[K", "");
      assertTrue(line.length() < 70, line);
      assertTrue(line.matches(" ?\\d+/12 .*(ETA .*ms/step|first step .*s) · accuracy .*"), line);
    }
    var last = shown[shown.length - 1];
    assertTrue(last.startsWith("12/12 ") && last.contains("val_accuracy 0.") && last.endsWith("\u001b[K\n"),
        last);
    assertFalse(last.contains("ETA"), last);
  }

  @Test
  void watchingAStepMakesNoGarbage() {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var program = new Captured(UTF_8, true, 80);
    for (var listener : List.of(new PlainLine(program.output),
        new ProgressLine(program.output, "accuracy"))) {
      var progress = new Progress();
      listener.epochBegins(1, 1, 1_000_000);
      for (int i = 0; i < 20_000; i++) listener.stepDone(progress); // the first is shown; compiles the rest
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) listener.stepDone(progress);
      long made = bean.getCurrentThreadAllocatedBytes() - before;
      assertTrue(made < 200_000, listener + " allocated " + made + " bytes in 20,000 steps");
    }
  }

  @Test
  void aTrainingThatDivergesLeavesNoFolder() {
    var program = new Captured();
    assertEquals(Main.FAILURE, program.run("train", "mnist", "--data", data.toString(), "--out",
        folder.resolve("run").toString(), "--optimizer", "sgd", "--lr", "1e30"));
    assertTrue(program.err().startsWith("jacquard: The loss is "), program.err());
    assertTrue(program.err().contains("epoch 1, batch "), program.err());
    assertFalse(Files.exists(folder.resolve("run")));
  }

  @Test
  void missingDataIsSaid() {
    var program = new Captured();
    assertEquals(Main.FAILURE,
        program.run("train", "mnist", "--data", folder.resolve("none").toString(), "--out",
            folder.resolve("run").toString()));
    assertTrue(program.err().contains("does not exist. Name a folder with MNIST's four files."),
        program.err());
  }

  @Test
  void softmaxLearnsRealMnist() throws Exception {
    var real = System.getenv(MnistFiles.VARIABLE);
    assumeTrue(real != null, "JACQUARD_DATA does not name a folder with MNIST");
    var report = folder.resolve("r.json");
    var program = new Captured();
    assertEquals(0,
        program.run("train", "mnist", "--data", real, "--model", "softmax", "--epochs", "1", "--batch",
            "128", "--out", folder.resolve("run").toString(), "--report", report.toString()),
        program.err());
    var accuracy = Files.readString(report).lines().filter(line -> line.contains("test_accuracy")).findFirst()
        .orElseThrow().replaceAll("[^0-9.]", "");
    assertTrue(Double.parseDouble(accuracy) > 0.88, accuracy);
  }
}
