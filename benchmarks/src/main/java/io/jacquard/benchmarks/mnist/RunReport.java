package io.jacquard.benchmarks.mnist;

import io.jacquard.cli.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a run's {@code run.json} says. */
record RunReport(Path file, Map<String, ?> values) {
  static RunReport read(Path file) throws IOException {
    return new RunReport(file, Json.read(file));
  }

  double number(String key) {
    return ((Number) value(key)).doubleValue();
  }

  String text(String key) {
    return (String) value(key);
  }

  boolean truth(String key) {
    return (Boolean) value(key);
  }

  private Object value(String key) {
    var value = values.get(key);
    if (value == null) throw new IllegalStateException(file + " has no value for '" + key + "'");
    return value;
  }
}
