package io.jacquard.benchmarks;

import io.jacquard.cli.bench.Spread;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Maps, lists, spreads, texts, truths and numbers as JSON.
 *
 * <pre>{@code
 * JsonText.write(Map.of("steps", 100), System.out);
 * }</pre>
 */
public final class JsonText {
  private JsonText() {}

  public static void write(Map<String, ?> object, OutputStream to) {
    try (var json = new JsonFactory().createGenerator(new Indented(), to)) {
      write(json, object);
      json.writeRaw('\n');
    }
  }

  private static void write(JsonGenerator json, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach((key, inner) -> {
          json.writeName((String) key);
          write(json, inner);
        });
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(inner -> write(json, inner));
        json.writeEndArray();
      }
      case Spread(double median, _, double min, double max, int count) ->
        write(json, Map.of("median", median, "min", min, "max", max, "count", count));
      case String text -> json.writeString(text);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double _ -> json.writeNull(); // JSON knows no NaN
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
