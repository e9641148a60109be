package io.jacquard.cli;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Maps, lists, texts and numbers as indented JSON. JSON knows no NaN and no infinity: they become null. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static byte[] bytes(Map<String, ?> object) {
    var bytes = new ByteArrayOutputStream();
    try (var json = FACTORY.createGenerator(new Indented(), bytes)) {
      write(json, object);
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
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
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double _ -> json.writeNull();
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter()
          .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
