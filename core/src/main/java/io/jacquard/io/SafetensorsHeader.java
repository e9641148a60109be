package io.jacquard.io;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** The JSON header of a safetensors file: read with distrust, and written so that equal contents give equal bytes. */
final class SafetensorsHeader {
  /** The name under which a header holds texts; no tensor may have it. */
  static final String METADATA = "__metadata__";
  /** As many as PyTorch's tensors may have. */
  private static final int MAX_DIMENSIONS = 64;
  private static final int ALIGNMENT = 8;
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");
  /** Types of the format that Jacquard does not have: not an error of the file's. */
  private static final Set<String> OTHER_TYPES = Set.of("I8", "I16", "U16", "U32", "U64",
      "C64", "F4",
      "F6_E2M3", "F6_E3M2", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ");

  private static final JsonFactory JSON = JsonFactory.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      // Its symbol table is shared by all parsers and would keep a hostile file's names.
      .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(3).maxNumberLength(20)
          .maxStringLength(Safetensors.MAX_TEXT).build())
      .build();

  /** What the header says of one tensor; its bytes are those from begin to end (exclusive) of the data. */
  record Info(DType dtype, Shape shape, long begin, long end) {
    static final Info NOWHERE = new Info(DType.UINT8, Shape.of(0), 0, 0);
  }

  record Parsed(SequencedMap<String, Info> tensors, Map<String, String> metadata) {}

  private final String file;
  private final JsonParser parser;
  private final SequencedMap<String, Info> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private SafetensorsHeader(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static Parsed parse(String file, byte[] header) {
    if (header.length == 0 || header[0] != '{')
      throw Safetensors.refuse(file, "its header does not begin with '{'.");
    // The decoder refuses what is not UTF-8, and keeps Jackson from guessing at UTF-16.
    var utf8 = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    var reader = new InputStreamReader(new ByteArrayInputStream(header), utf8);
    try (var parser = JSON.createParser(ObjectReadContext.empty(), reader)) {
      return new SafetensorsHeader(file, parser).parse();
    } catch (JacksonIOException e) {
      throw Safetensors.refuse(file, "its header is not UTF-8 text.");
    } catch (JacksonException e) {
      var at = e.getLocation() == null ? "" : " at character " + e.getLocation().getCharOffset();
      throw Safetensors.refuse(file,
          "its header is not acceptable JSON" + at + ": " + e.getOriginalMessage() + ".");
    }
  }

  private Parsed parse() {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var key = parser.currentName();
      parser.nextToken();
      if (key.equals(METADATA))
        parseMetadata();
      else
        tensors.put(key, parseTensor(key));
      if (tensors.size() > Safetensors.MAX_TENSORS)
        throw Safetensors.refuse(file, "it has more than " + Safetensors.MAX_TENSORS + " tensors.");
    }
    if (parser.nextToken() != null)
      throw Safetensors.refuse(file, "something follows the header's object, expected only spaces.");
    return new Parsed(tensors, metadata);
  }

  private void parseMetadata() {
    if (parser.currentToken() != JsonToken.START_OBJECT)
      throw Safetensors.refuse(file, METADATA + " is not an object of texts.");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING)
        throw Safetensors.refuse(file, METADATA + " entry '" + key + "' is not a text.");
      metadata.put(key, unicode(parser.getString()));
      if (metadata.size() > Safetensors.MAX_TEXTS)
        throw Safetensors.refuse(file, METADATA + " has more than " + Safetensors.MAX_TEXTS + " texts.");
    }
  }

  /** JSON can escape half of a surrogate pair, and Jackson refuses it in names only; it could not be written again. */
  private String unicode(String text) {
    if (!isUnicode(text))
      throw Safetensors.refuse(file,
          "its header has a text with half of a surrogate pair, which is not Unicode.");
    return text;
  }

  private Info parseTensor(String key) {
    if (parser.currentToken() != JsonToken.START_OBJECT)
      throw refuse(key, "is not described by an object with dtype, shape and data_offsets");
    @Nullable
    DType dtype = null;
    long @Nullable [] shape = null;
    long @Nullable [] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = parseDtype(key);
        case "shape" -> shape = parseNumbers(key, field, MAX_DIMENSIONS);
        case "data_offsets" -> offsets = parseNumbers(key, field, 2);
        default -> throw refuse(key, "has a field '" + field + "', expected only " + sorted(FIELDS));
      }
    }
    if (dtype == null) throw refuse(key, "has no dtype");
    if (shape == null) throw refuse(key, "has no shape");
    if (offsets == null || offsets.length != 2)
      throw refuse(key, offsets == null ? "has no data_offsets" : "needs two data_offsets, begin and end");
    return info(key, dtype, shape, offsets[0], offsets[1]);
  }

  private Info info(String key, DType dtype, long[] sizes, long begin, long end) {
    long bytes = dtype.bytes();
    try {
      for (long size : sizes) bytes = Math.multiplyExact(bytes, size);
    } catch (ArithmeticException _) {
      throw refuse(key,
          "has shape " + Arrays.toString(sizes) + ", which is more bytes than 64 bits can count");
    }
    if (end < begin) throw refuse(key, "ends at byte " + end + ", before it begins at byte " + begin);
    if (end - begin != bytes) {
      throw refuse(key, "has data_offsets " + begin + " to " + end + ", which are " + (end - begin)
          + " bytes, but " + dtype + " of shape " + Arrays.toString(sizes) + " needs " + bytes);
    }
    return new Info(dtype, Shape.of(sizes), begin, end);
  }

  private DType parseDtype(String key) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) throw refuse(key, "has a dtype that is not a text");
    var name = parser.getString();
    return switch (name) {
      case "F32" -> DType.FLOAT32;
      case "F64" -> DType.FLOAT64;
      case "I32" -> DType.INT32;
      case "I64" -> DType.INT64;
      case "U8" -> DType.UINT8;
      case "BOOL" -> DType.BOOL;
      case "BF16" -> DType.BFLOAT16;
      case "F16" -> DType.FLOAT16;
      default -> {
        if (OTHER_TYPES.contains(name)) {
          throw new JacquardException(file + ": tensor '" + key + "' has dtype " + name
              + ", which Jacquard cannot read yet. Convert it to one of F32, F64, BF16, F16, I32, I64, U8, BOOL first.");
        }
        throw refuse(key,
            "has the unknown dtype '" + name + "', expected one of F32, F64, BF16, F16, I32, I64, U8, BOOL");
      }
    };
  }

  private static String name(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case INT32 -> "I32";
      case INT64 -> "I64";
      case UINT8 -> "U8";
      case BOOL -> "BOOL";
      case BFLOAT16 -> "BF16";
      case FLOAT16 -> "F16";
    };
  }

  private long[] parseNumbers(String key, String field, int most) {
    if (parser.currentToken() != JsonToken.START_ARRAY)
      throw refuse(key, "has a " + field + " that is not a list");
    var numbers = new long[Math.min(4, most)];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count == most) throw refuse(key, "has a " + field + " of more than " + most + " numbers");
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < 0) {
        throw refuse(key, "has " + (parser.currentToken().isScalarValue() ? parser.getString() : "no number")
            + " in its " + field + ", expected whole numbers from 0 to " + Long.MAX_VALUE);
      }
      if (count == numbers.length) numbers = Arrays.copyOf(numbers, 2 * count);
      numbers[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private JacquardException refuse(String key, String why) {
    return Safetensors.refuse(file, "tensor '" + key + "' " + why + ".");
  }

  /** Checks that the tensors cover the data, one after the other, with no byte twice and none left over. */
  static void checkPlaces(String file, SequencedMap<String, Info> tensors, long dataSize) {
    var inOrder = new ArrayList<>(tensors.entrySet());
    inOrder.sort(Comparator.<Map.Entry<String, Info>>comparingLong(e -> e.getValue().begin())
        .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    String last = "";
    for (var entry : inOrder) {
      var key = entry.getKey();
      var info = entry.getValue();
      if (info.end() > dataSize) {
        throw Safetensors.refuse(file,
            "tensor '" + key + "' ends at byte " + info.end() + " of the data, but there are "
                + "only " + dataSize + " bytes. Was the download or copy cut short?");
      }
      if (info.begin() < covered) {
        throw Safetensors.refuse(file,
            "tensor '" + key + "' begins at byte " + info.begin() + ", within tensor '" + last
                + "', which ends at " + covered + "; tensors must not overlap.");
      }
      if (info.begin() > covered) {
        throw Safetensors.refuse(file,
            "bytes " + covered + " to " + info.begin() + " of the data, before tensor '" + key
                + "', belong to no tensor; there must be no holes.");
      }
      covered = info.end();
      last = key;
    }
    if (covered != dataSize) {
      throw Safetensors.refuse(file, "the last " + (dataSize - covered)
          + " bytes belong to no tensor; the file must end with the last tensor's data.");
    }
  }

  /** The header's bytes, padded with spaces so that the data, after 8 bytes of size and the header, is aligned. */
  static byte[] write(String file, SequencedMap<String, Info> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(METADATA)) {
      throw new JacquardException(
          file + " cannot be written: a tensor is named " + METADATA + ", which the format keeps for texts.");
    }
    if (!Stream.of(tensors.keySet(), metadata.keySet(), metadata.values()).flatMap(Collection::stream)
        .allMatch(SafetensorsHeader::isUnicode)) {
      throw new JacquardException(file
          + " cannot be written: a name or text has half of a surrogate pair, which is not Unicode.");
    }
    if (tensors.size() > Safetensors.MAX_TENSORS || metadata.size() > Safetensors.MAX_TEXTS
        || metadata.values().stream().anyMatch(text -> text.length() > Safetensors.MAX_TEXT)) {
      throw new JacquardException(file + " cannot be written: " + tensors.size() + " tensors and "
          + metadata.size() + " texts, expected at most " + Safetensors.MAX_TENSORS + " and "
          + Safetensors.MAX_TEXTS + ", a text of at most " + Safetensors.MAX_TEXT + " characters.");
    }
    var bytes = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectPropertyStart(METADATA);
        new TreeMap<>(metadata).forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      tensors.forEach((key, info) -> {
        json.writeObjectPropertyStart(key);
        json.writeStringProperty("dtype", name(info.dtype()));
        json.writeName("shape").writeArray(info.shape().sizes(), 0, info.shape().rank());
        json.writeName("data_offsets").writeArray(new long[]{info.begin(), info.end()}, 0, 2);
        json.writeEndObject();
      });
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) bytes.write(' ');
    if (bytes.size() > Safetensors.MAX_HEADER) {
      throw new JacquardException(file + " cannot be written: its header would have " + bytes.size()
          + " bytes, and the format allows " + Safetensors.MAX_HEADER
          + ". Use fewer tensors or shorter texts.");
    }
    return bytes.toByteArray();
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
