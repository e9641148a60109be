package io.jacquard.benchmarks.mnist;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The numbers and texts at the top of a run's {@code run.json}. */
record RunReport(Path file, Map<String, Object> values) {
  static RunReport read(Path file) {
    var values = new HashMap<String, Object>();
    try (var json = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = json.currentName();
        switch (json.nextToken()) {
          case VALUE_STRING -> values.put(name, json.getString());
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> values.put(name, json.getDoubleValue());
          case VALUE_TRUE, VALUE_FALSE -> values.put(name, json.getBooleanValue());
          case START_OBJECT, START_ARRAY -> json.skipChildren();
          default -> {
            // null: there is no value
          }
        }
      }
    }
    return new RunReport(file, Map.copyOf(values));
  }

  double number(String key) {
    return (Double) value(key);
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
