package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads event files as their format is defined, sharing nothing with what writes them: the framing of TFRecord, with a
 * CRC32C computed bit by bit, and Protocol Buffers, as fields by number.
 */
public final class EventReader {
  /** A field's values in the order of the message: Long for integers and fixed numbers, byte[] for what has a length. */
  public record Message(Map<Integer, List<Object>> fields) {
    private Object only(int field) {
      var values = fields.getOrDefault(field, List.of());
      assertEquals(1, values.size(), "values of field " + field + " in " + fields.keySet());
      return values.getFirst();
    }

    public boolean has(int field) {
      return fields.containsKey(field);
    }

    public long integer(int field) {
      return (Long) only(field);
    }

    public double float64(int field) {
      return Double.longBitsToDouble(integer(field));
    }

    public float float32(int field) {
      return Float.intBitsToFloat((int) integer(field));
    }

    public byte[] bytes(int field) {
      return (byte[]) only(field);
    }

    public String text(int field) {
      return new String(bytes(field), StandardCharsets.UTF_8);
    }

    public Message message(int field) {
      return parse(bytes(field));
    }

    public List<Message> messages(int field) {
      return fields.getOrDefault(field, List.of()).stream().map(bytes -> parse((byte[]) bytes)).toList();
    }

    public double[] float64s(int field) {
      var buffer = ByteBuffer.wrap(bytes(field)).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
      var values = new double[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  private EventReader() {}

  /** The events of the only file in a folder. */
  public static List<Message> only(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      var all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return read(all.getFirst());
    }
  }

  public static List<Message> read(Path file) throws IOException {
    var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var events = new ArrayList<Message>();
    while (in.hasRemaining()) {
      var length = new byte[8];
      in.get(length);
      assertEquals(masked(length), in.getInt(), "checksum of a length");
      var data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertEquals(masked(data), in.getInt(), "checksum of data");
      events.add(parse(data));
    }
    return events;
  }

  static int masked(byte[] bytes) {
    int crc = crc32c(bytes);
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  /** Castagnoli's polynomial, reflected, a bit at a time. */
  static int crc32c(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82f63b78 : crc >>> 1;
    }
    return ~crc;
  }

  private static Message parse(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var fields = new LinkedHashMap<Integer, List<Object>>();
    while (in.hasRemaining()) {
      long key = varint(in);
      Object value = switch ((int) (key & 7)) {
        case 0 -> varint(in);
        case 1 -> in.getLong();
        case 5 -> (long) in.getInt();
        case 2 -> {
          var inner = new byte[(int) varint(in)];
          in.get(inner);
          yield inner;
        }
        default -> throw new AssertionError("wire type " + (key & 7));
      };
      fields.computeIfAbsent((int) (key >>> 3), _ -> new ArrayList<>()).add(value);
    }
    return new Message(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0;; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) return value;
    }
  }
}
