package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.data.Mnist;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.train.Evaluation;
import io.jacquard.train.History;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final DeviceInfo CPU = new DeviceInfo("cpu", 0, "2 cores, 512-bit SIMD", 2, true);

  private static Report report(Evaluation test) {
    var history = new History(List.of(TextTest.epoch(1, true)), new long[]{1_000_000, 3_000_000}, 64,
        Optional.empty());
    return new Report(history, test, List.of("accuracy"), "images", CPU, 7, Path.of("runs", "mnist-mlp-001"));
  }

  @Test
  void theKeysThatOthersRelyOn(@TempDir Path folder) throws Exception {
    var file = folder.resolve("report.json");
    report(new Evaluation(0.0724, new LinkedHashMap<>(Map.of("accuracy", 0.9781)), 10_000,
        Optional.empty())).write(file);
    assertEquals("""
        {
          "test_accuracy" : 0.9781,
          "test_loss" : 0.0724,
          "images_per_second" : 16000.0,
          "step_ms_p50" : 3.0,
          "step_ms_p90" : 3.0,
          "backend" : "cpu",
          "device" : "2 cores, 512-bit SIMD",
          "threads" : 2,
          "seed" : 7,
          "epochs" : [
            {
              "epoch" : 1,
              "accuracy" : 0.96325,
              "loss" : 0.125,
              "val_accuracy" : 0.9585,
              "val_loss" : 0.14975,
              "seconds" : 1.5,
              "images_per_second" : 36000.0,
              "complete" : true
            }
          ],
          "run" : "runs/mnist-mlp-001",
          "version" : "%s",
          "jdk" : "%s"
        }
        """.formatted(Version.jacquard(), Version.jdk()), Files.readString(file));
  }

  @Test
  void aStoppedRunHasNoTestAndSaysSo(@TempDir Path folder) throws Exception {
    var file = folder.resolve("run.json");
    var settings = new TrainSettings("mnist", "mlp", 5, 32, 0.001, 1, "adam", 7, null, null, false,
        Keep.USUAL, Plan.USUAL);
    report(null).writeRun(file, "mnist",
        new MnistTask(settings, Hidden.USUAL, new Mnist(null, null, "generated digits", true), false));
    var text = Files.readString(file);
    assertEquals("{\n  \"test_accuracy\" : null,\n  \"test_loss\" : null,",
        text.lines().limit(3).reduce((a, b) -> a + "\n" + b).orElseThrow());
    assertEquals("""
          "task" : "mnist",
          "options" : {
            "model" : "mlp",
            "epochs" : 5,
            "batch" : 32,
            "lr" : 0.001,
            "gamma" : 1.0,
            "optimizer" : "adam",
            "seed" : 7
          },
          "data" : "generated digits",
          "generated_data" : true,
          "interrupted" : true
        }
        """, text.substring(text.indexOf("  \"task\"")));
  }

  @Test
  void jsonHasNoNaN() {
    var map = new LinkedHashMap<String, Object>();
    map.put("nan", Double.NaN);
    map.put("infinite", Double.POSITIVE_INFINITY);
    map.put("text", "a \"b\"\n");
    assertEquals("{\n  \"nan\" : null,\n  \"infinite\" : null,\n  \"text\" : \"a \\\"b\\\"\\n\"\n}\n",
        new String(Json.bytes(map), StandardCharsets.UTF_8));
  }
}
