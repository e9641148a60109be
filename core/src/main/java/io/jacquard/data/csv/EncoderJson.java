package io.jacquard.data.csv;

import io.jacquard.JacquardException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** A {@link TableEncoder} as JSON, written so that it reads back the same, and read with distrust. */
final class EncoderJson {
  private static final int MOST_COLUMNS = 100_000;
  /** An empty object takes two tokens and much more memory than characters. */
  private static final long MOST_TOKENS = 1_500_000;
  private static final JsonFactory JSON = JsonFactory.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(5).maxNumberLength(40)
          .maxDocumentLength(100_000_000).maxTokenCount(MOST_TOKENS).build())
      .build();

  private EncoderJson() {}

  // ---- writing

  static String write(TableEncoder encoder) {
    var text = new StringWriter();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeName("target");
      write(json, encoder.target());
      json.writeName("columns");
      json.writeStartArray();
      for (var feature : encoder.features()) write(json, feature);
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Target target) {
    json.writeStartObject();
    json.writeStringProperty("name", target.name());
    switch (target) {
      case Target.Classes(var _, var classes) -> write(json, "classes", classes);
      case Target.Number(var _, double mean, double scale) -> {
        json.writeNumberProperty("mean", mean);
        json.writeNumberProperty("scale", scale);
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Feature feature) {
    json.writeStartObject();
    json.writeStringProperty("name", feature.name());
    json.writeStringProperty("type", feature.type().label());
    switch (feature) {
      case Feature.Number(var _, var _, double mean, double scale, double fill, boolean indicator) -> {
        json.writeNumberProperty("mean", mean);
        json.writeNumberProperty("scale", scale);
        json.writeNumberProperty("fill", fill);
        json.writeBooleanProperty("indicator", indicator);
      }
      case Feature.Category(var _, var categories, boolean missing, boolean oneHot) -> {
        write(json, "categories", categories);
        json.writeBooleanProperty("missing", missing);
        json.writeBooleanProperty("one_hot", oneHot);
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, List<String> texts) {
    json.writeName(name);
    json.writeStartArray();
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  // ---- reading

  static TableEncoder read(String text) {
    try (var json = JSON.createParser(ObjectReadContext.empty(), text)) {
      var all = new Fields("the encoder", object(json, json.nextToken()));
      if (json.nextToken() != null) throw refuse("something follows its end");
      var features = new ArrayList<Feature>();
      var names = new HashSet<String>();
      for (var column : all.list("columns")) {
        var feature = feature(new Fields("a column", map(column)));
        if (!names.add(feature.name())) throw refuse("column '" + feature.name() + "' comes twice");
        features.add(feature);
      }
      if (features.isEmpty() || features.size() > MOST_COLUMNS)
        throw refuse("it has " + features.size() + " columns");
      return new TableEncoder(features, target(new Fields("the target", map(all.get("target")))));
    } catch (JacksonException e) {
      throw new JacquardException("This is no encoder of a table: " + e.getOriginalMessage() + ".", e);
    }
  }

  private static JacquardException refuse(String why) {
    return new JacquardException("This is no encoder of a table: " + why + ".");
  }

  private static Target target(Fields fields) {
    var name = fields.text("name");
    return fields.has("classes")
        ? new Target.Classes(name, fields.texts("classes"))
        : new Target.Number(name, fields.number("mean"), fields.scale());
  }

  private static Feature feature(Fields fields) {
    var name = fields.text("name");
    var type = ColumnType.labelled(fields.text("type"));
    if (type == ColumnType.CATEGORY) {
      var categories = fields.texts("categories");
      for (int i = 1; i < categories.size(); i++) {
        if (categories.get(i - 1).compareTo(categories.get(i)) >= 0)
          throw refuse("the categories of '" + name + "' are not in order");
      }
      return new Feature.Category(name, categories, fields.truth("missing"), fields.truth("one_hot"));
    }
    return new Feature.Number(name, type, fields.number("mean"), fields.scale(), fields.number("fill"),
        fields.truth("indicator"));
  }

  /** An object's fields, which must be there and of the right kind. */
  private record Fields(String of, Map<?, ?> values) {
    boolean has(String name) {
      return values.containsKey(name);
    }

    Object get(String name) {
      var value = values.get(name);
      if (value == null) throw refuse(of + " lacks '" + name + "'");
      return value;
    }

    private <T> T get(String name, Class<T> kind) {
      var value = get(name);
      if (!kind.isInstance(value)) throw refuse("'" + name + "' of " + of + " is of the wrong kind");
      return kind.cast(value);
    }

    String text(String name) {
      return get(name, String.class);
    }

    boolean truth(String name) {
      return get(name, Boolean.class);
    }

    double number(String name) {
      double value = get(name, Double.class);
      if (!Double.isFinite(value)) throw refuse("'" + name + "' of " + of + " is not finite");
      return value;
    }

    double scale() {
      double scale = number("scale");
      if (!(scale > 0)) throw refuse("'scale' of " + of + " is " + scale);
      return scale;
    }

    List<?> list(String name) {
      return get(name, List.class);
    }

    List<String> texts(String name) {
      var texts = new ArrayList<String>();
      for (var text : list(name)) {
        if (!(text instanceof String string)) throw refuse("'" + name + "' of " + of + " holds no texts");
        texts.add(string);
      }
      if (texts.isEmpty()) throw refuse("'" + name + "' of " + of + " is empty");
      return texts;
    }
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) throw refuse("an object is missing");
    return map;
  }

  private static Map<String, Object> object(JsonParser json, @Nullable JsonToken begin) {
    if (begin != JsonToken.START_OBJECT) throw refuse("it is no JSON object");
    var fields = new HashMap<String, Object>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      var value = value(json, json.nextToken());
      if (name != null && value != null) fields.put(name, value);
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser json, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object(json, token);
      case START_ARRAY -> {
        var list = new ArrayList<Object>();
        for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
          var value = value(json, next);
          if (value != null) list.add(value);
        }
        yield list;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
