package io.jacquard.cli;

import io.jacquard.io.AtomicFile;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.train.Epoch;
import io.jacquard.train.Evaluation;
import io.jacquard.train.History;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a run, for programs to read.
 *
 * @param test null if the run was stopped before its test
 * @param metrics the names of what is measured
 * @param samples what a sample is, such as {@code images}
 */
record Report(History history, @Nullable Evaluation test, List<String> metrics, String samples,
    DeviceInfo device, long seed, Path run) {
  /** What {@code --report} writes. */
  SequencedMap<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    metrics.forEach(name -> map.put("test_" + name, test == null ? null : test.value(name)));
    map.put("test_loss", test == null ? null : test.loss());
    map.put(samples + "_per_second", history.samplesPerSecond());
    map.put("step_ms_p50", history.stepMillis(0.5));
    map.put("step_ms_p90", history.stepMillis(0.9));
    map.put("backend", device.backend());
    map.put("device", device.description());
    map.put("threads", device.threads());
    map.put("seed", seed);
    map.put("epochs", epochs(history.epochs()));
    map.put("run", run.toString());
    map.put("version", Version.jacquard());
    map.put("jdk", Version.jdk());
    return map;
  }

  private List<SequencedMap<String, Object>> epochs(List<Epoch> epochs) {
    return epochs.stream().map(epoch -> {
      SequencedMap<String, Object> map = new LinkedHashMap<>();
      map.put("epoch", epoch.number());
      map.putAll(epoch.values());
      map.put("seconds", epoch.seconds());
      map.put(samples + "_per_second", epoch.samplesPerSecond());
      map.put("complete", epoch.complete());
      return map;
    }).toList();
  }

  /** Writes the report. */
  void write(Path file) {
    AtomicFile.write(file, Json.bytes(toMap()));
  }

  /** Writes the report and, beyond it, what was asked for and on which data. */
  void writeRun(Path file, String name, Task task) {
    var map = toMap();
    map.put("task", name);
    map.put("options", task.options());
    map.put("data", task.source());
    map.put("generated_data", task.generated());
    map.put("interrupted", test == null);
    AtomicFile.write(file, Json.bytes(map));
  }
}
