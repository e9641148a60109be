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
 */
record Report(History history, @Nullable Evaluation test, DeviceInfo device, long seed, Path run) {
  /** What {@code --report} writes. */
  SequencedMap<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("test_accuracy", test == null ? null : test.metric());
    map.put("test_loss", test == null ? null : test.loss());
    map.put("images_per_second", history.samplesPerSecond());
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

  private static List<SequencedMap<String, Object>> epochs(List<Epoch> epochs) {
    return epochs.stream().map(epoch -> {
      SequencedMap<String, Object> map = new LinkedHashMap<>();
      map.put("epoch", epoch.number());
      map.putAll(epoch.values());
      map.put("seconds", epoch.seconds());
      map.put("images_per_second", epoch.samplesPerSecond());
      map.put("complete", epoch.complete());
      return map;
    }).toList();
  }

  /** Writes the report. */
  void write(Path file) {
    AtomicFile.write(file, Json.bytes(toMap()));
  }

  /** Writes the report and, beyond it, what was asked for and on which data. */
  void writeRun(Path file, TrainSettings settings, String data, boolean generated) {
    var map = toMap();
    map.put("task", settings.task());
    map.put("options", settings.toMap());
    map.put("data", data);
    map.put("generated_data", generated);
    map.put("interrupted", test == null);
    AtomicFile.write(file, Json.bytes(map));
  }
}
