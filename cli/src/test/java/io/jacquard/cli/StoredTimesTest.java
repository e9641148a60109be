package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.OwnCache;
import io.jacquard.cli.StoredTimes.Time;
import io.jacquard.cli.bench.BenchReport;
import io.jacquard.cli.bench.Cell;
import io.jacquard.cli.bench.Row;
import io.jacquard.cli.bench.Spread;
import io.jacquard.cli.bench.Workload;
import io.jacquard.spi.Backends.Experience;
import io.jacquard.spi.DeviceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What {@code auto} goes by: times of earlier comparisons. */
class StoredTimesTest extends OwnCache {
  private static final DeviceInfo CPU = new DeviceInfo("cpu", 0, "2 cores", 2, true);
  private static final DeviceInfo GPU = new DeviceInfo("opencl", 1, "a GPU", 0, true);

  private static void keepSome() {
    StoredTimes
        .keep(List.of(new Time("cpu", "2 cores", "mlp", 64, 0.3), new Time("opencl:1", "a GPU", "mlp", 64, 2),
            new Time("cpu", "2 cores", "resnet20", 32, 50), new Time("opencl:1", "a GPU", "resnet20", 32, 8),
            new Time("cpu", "2 cores", "mlp", 1024, 9), new Time("opencl:1", "a GPU", "mlp", 1024, 3)));
  }

  @Test
  void newerTimesReplaceOlderOnes() {
    keepSome();
    StoredTimes.keep(List.of(new Time("cpu", "2 cores", "mlp", 64, 0.2)));
    var all = StoredTimes.read();
    assertEquals(6, all.size());
    assertEquals(new Time("cpu", "2 cores", "mlp", 64, 0.2), all.getLast());
  }

  @Test
  void aComparisonGivesTheStepsOfKnownNetworks() {
    var report = new BenchReport(new LinkedHashMap<>(), new LinkedHashMap<>(),
        List.of(new BenchReport.Entrant("cpu", "2 cores", ""),
            new BenchReport.Entrant("opencl:1", "a GPU", "")),
        List.of(row("train mlp 784-128-10 batch 64", 64), row("train mlp 784-512-512-10 batch 64", 64),
            row("train cnn batch 64", 64), row("train gpt width 128 batch 16", 16),
            row("predict cnn batch 64", 64)),
        List.of());
    assertEquals(
        List.of(new Time("cpu", "2 cores", "mlp", 64, 1.5), new Time("cpu", "2 cores", "cnn", 64, 1.5),
            new Time("cpu", "2 cores", "gpt", 16, 1.5)),
        StoredTimes.of(report));
  }

  /** Measured on the CPU, not on the GPU. */
  private static Row row(String name, int batch) {
    var cells = new LinkedHashMap<String, Cell>();
    cells.put("cpu", new Cell.Measured(Spread.of(List.of(1.5e6))));
    cells.put("opencl:1", new Cell.Missing("it failed"));
    return new Row(Workload.Group.TRAINING, name, 0, 0, batch, cells);
  }

  @Test
  void theNearestStepCounts() {
    keepSome();
    assertEquals("0.3 2.0", times("mlp", 32));
    assertEquals("9.0 3.0", times("mlp", 700));
    assertEquals("0.3 2.0", times("softmax", 32), "by multiply-adds");
    assertEquals("50.0 8.0", times("vgg11", 32), "by multiply-adds");
    assertTrue(StoredTimes.experience("mlp", 32).what().contains("a step of mlp with batch 64"));
  }

  private static String times(String model, int batch) {
    var known = StoredTimes.experience(model, batch);
    return known.millis(CPU).orElseThrow() + " " + known.millis(GPU).orElseThrow();
  }

  @Test
  void ofAnotherDeviceOrModelNothingIsKnown() throws IOException {
    assertSame(Experience.NONE, StoredTimes.experience("mlp", 64), "nothing is stored");
    keepSome();
    var other = new DeviceInfo("cpu", 0, "64 cores", 64, true);
    assertEquals(OptionalDouble.empty(), StoredTimes.experience("mlp", 64).millis(other));
    assertSame(Experience.NONE, StoredTimes.experience("of a table", 64));
    for (var damaged : List.of("{}", "\n", "cpu\tmlp\t64\t0.3", "cpu\tmlp\tmany\t0.3\t2 cores",
        "cpu\tmlp\t64\tsoon\t2 cores")) {
      Files.writeString(cache.resolve("bench/times.tsv"), damaged);
      assertEquals(List.of(), StoredTimes.read(), damaged);
    }
  }

  @Test
  void textsHaveAnLstmOfTheirOwn() {
    assertEquals("text-lstm", KnownModel.label("text", "lstm"));
    assertEquals("gpt", KnownModel.label("text", "gpt"));
  }
}
