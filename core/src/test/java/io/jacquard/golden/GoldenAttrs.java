package io.jacquard.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What an operation depends on besides its tensors, by the names that the Python family gave. */
record GoldenAttrs(Map<String, Object> values) {
  private static final JsonFactory JSON = new JsonFactory();

  static GoldenAttrs parse(String json) {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return of(value(parser));
    }
  }

  @SuppressWarnings("unchecked")
  private static GoldenAttrs of(Object value) {
    return new GoldenAttrs((Map<String, Object>) value);
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, Object>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          var name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) list.add(value(parser));
        yield list;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> "null";
      default -> parser.getDoubleValue();
    };
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  GoldenAttrs attrs(String name) {
    return of(get(name));
  }

  String text(String name) {
    return (String) get(name);
  }

  boolean flag(String name) {
    return (boolean) get(name);
  }

  double number(String name) {
    return (double) get(name);
  }

  double number(String name, double otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  int integer(String name) {
    return (int) number(name);
  }

  double[] numbers(String name) {
    return ((List<?>) get(name)).stream().mapToDouble(v -> (double) v).toArray();
  }

  /** Also one number alone, as PyTorch takes it for a kernel's size. */
  int[] integers(String name) {
    if (get(name) instanceof Double one) return new int[]{one.intValue()};
    return ((List<?>) get(name)).stream().mapToInt(v -> ((Double) v).intValue()).toArray();
  }

  long[] longs(String name) {
    return ((List<?>) get(name)).stream().mapToLong(v -> ((Double) v).longValue()).toArray();
  }

  private Object get(String name) {
    if (!has(name))
      throw new IllegalArgumentException("No attribute '" + name + "' among " + values.keySet());
    return values.get(name);
  }
}
