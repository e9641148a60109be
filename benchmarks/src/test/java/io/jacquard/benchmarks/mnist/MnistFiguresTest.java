package io.jacquard.benchmarks.mnist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From what runs report to the table: medians by seed, and no claim that two models are equal when they are not. */
class MnistFiguresTest {
  @TempDir
  private Path folder;

  private Run run(String model, int threads, int seed, double accuracy, String digest) throws IOException {
    var file = folder.resolve("run.json");
    Files.writeString(file, """
        {"test_accuracy": %s, "test_loss": 0.1, "images_per_second": 200000, "step_ms_p50": 0.1,
         "step_ms_p90": 0.2, "epochs": [{"epoch": 1, "version": "not this one"}], "version": "1", "jdk": "25",
         "device": "a CPU", "data": "IDX files", "generated_data": false, "interrupted": null}
        """.formatted(accuracy));
    return new Run(model, threads, seed, RunReport.read(file),
        new TrainProcess.Seen(0.3, 0.9, OptionalLong.of(300 * 1024)), digest);
  }

  private static MnistFigures figures(List<Run> runs) {
    return new MnistFigures(runs, Map.of("mlp", 1234.0), "./jacquard train mnist", 0.1, 0.2);
  }

  @Test
  void figuresAreMadeOfTheRuns() throws IOException {
    var text = figures(List.of(run("mlp", 2, 1, 0.97, "a"), run("mlp", 1, 1, 0.97, "a"),
        run("mlp", 2, 1, 0.97, "a"), run("mlp", 1, 1, 0.97, "a"), run("mlp", 2, 2, 0.98, "b"),
        run("mlp", 1, 2, 0.98, "b"), run("mlp", 2, 3, 0.99, "c"), run("mlp", 1, 3, 0.99, "c"))).markdown();
    assertTrue(text.contains("| test accuracy, by seed | 0.9800 (0.9700 to 0.9900) | A |"), text);
    assertTrue(text.contains("every seed | yes |"), text);
    assertTrue(text.contains("| peak resident memory, MiB | 300 (300 to 300) |"), text);
    assertTrue(text.contains("| Java heap a step, bytes | 1,234 | B |"), text);
    assertTrue(text.contains("Jacquard 1, JDK 25, a CPU."), text);
  }

  @Test
  void modelsThatDifferAreSaidToDiffer() throws IOException {
    var runs = List.of(run("mlp", 2, 1, 0.97, "a"), run("mlp", 1, 1, 0.97, "b"));
    var text = figures(runs).markdown();
    assertTrue(text.contains("every seed | NO |"), text);
    var json = new String(figures(runs).json(), StandardCharsets.UTF_8);
    assertTrue(json.contains("\"model_sha256\" : \"b\""), json);
  }

  @Test
  void aMissingValueIsNamed() throws IOException {
    var report = run("mlp", 1, 1, 0.97, "a").report();
    assertEquals(0.97, report.number("test_accuracy"));
    var e = assertThrows(IllegalStateException.class, () -> report.number("interrupted"));
    assertTrue(e.getMessage().contains("interrupted") && e.getMessage().contains("run.json"), e.getMessage());
  }
}
