package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Maps, lists, public records, texts and numbers as indented JSON. JSON knows no NaN and no infinity: they become null.
 */
public final class Json {
  /** Far more than a run of 10,000 epochs has to say. */
  private static final long MOST_BYTES = 16 << 20;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      // Its symbol table is shared by all parsers and would keep a hostile file's names.
      .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
      .streamReadConstraints(
          StreamReadConstraints.builder().maxNestingDepth(20).maxNumberLength(40).maxTokenCount(1_500_000)
              .build())
      .build();

  private Json() {}

  public static byte[] bytes(Map<String, ?> object) {
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
      case Record record -> write(json, components(record));
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double _ -> json.writeNull();
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static Map<String, @Nullable Object> components(Record record) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (var component : record.getClass().getRecordComponents()) {
      try {
        map.put(component.getName(), component.getAccessor().invoke(record));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("no JSON for " + record.getClass() + ", which is not public", e);
      }
    }
    return map;
  }

  /**
   * A file's object: maps, lists, texts, truths, whole numbers as long, others as double.
   *
   * @throws JacquardException if it is not what Jacquard writes: no JSON object, too large, or too deep
   */
  public static Map<String, @Nullable Object> read(Path file) throws IOException {
    FileProblem.requireFile(file, "a JSON file");
    if (Files.size(file) > MOST_BYTES) {
      throw new JacquardException(file + " is not what Jacquard has written: it has " + Files.size(file)
          + " bytes, expected at most " + MOST_BYTES + ".");
    }
    try (var json = FACTORY.createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      if (json.nextToken() != JsonToken.START_OBJECT)
        throw new JacquardException(file + " is not what Jacquard has written: expected a JSON object.");
      var object = object(json);
      if (json.nextToken() != null)
        throw new JacquardException(
            file + " is not what Jacquard has written: something follows its object.");
      return object;
    } catch (JacksonException e) {
      throw new JacquardException(file + " is not valid JSON: " + e.getOriginalMessage() + ".", e);
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser json) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      map.put(name, value(json));
    }
    return map;
  }

  private static @Nullable Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (json.nextToken() != JsonToken.END_ARRAY) list.add(value(json));
        yield list;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("a parser that gives " + json.currentToken());
    };
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
