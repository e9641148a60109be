package io.jacquard.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes one message in the encoding of <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>: as
 * much of it as event files need, which is less code than the library is kilobytes.
 */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ProtoWriter key(int field, int type) {
    return varint((long) field << 3 | type);
  }

  private ProtoWriter varint(long value) {
    long rest = value;
    for (; (rest & ~0x7f) != 0; rest >>>= 7) out.write((int) (rest & 0x7f | 0x80));
    out.write((int) rest);
    return this;
  }

  private void littleEndian(long bits, int bytes) {
    for (int i = 0; i < bytes; i++) out.write((int) (bits >>> 8 * i));
  }

  ProtoWriter integer(int field, long value) {
    return key(field, VARINT).varint(value);
  }

  ProtoWriter float32(int field, float value) {
    key(field, FOUR_BYTES).littleEndian(Float.floatToRawIntBits(value), Float.BYTES);
    return this;
  }

  ProtoWriter float64(int field, double value) {
    key(field, EIGHT_BYTES).littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    return this;
  }

  /** A packed list. */
  ProtoWriter float64s(int field, double[] values) {
    key(field, LENGTH).varint((long) values.length * Double.BYTES);
    for (double value : values) littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    return this;
  }

  ProtoWriter text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter bytes(int field, byte[] bytes) {
    key(field, LENGTH).varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  ProtoWriter message(int field, ProtoWriter message) {
    return bytes(field, message.toBytes());
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
