package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to mislead the reader: each must be refused, with the reason. */
class HostileSafetensorsTest {
  @TempDir
  Path folder;

  private static byte[] file(long headerSize, byte[] header, int dataSize) {
    return ByteBuffer.allocate(8 + header.length + dataSize).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerSize)
        .put(header).array();
  }

  private static byte[] file(String header, int dataSize) {
    var bytes = header.getBytes(StandardCharsets.UTF_8);
    return file(bytes.length, bytes, dataSize);
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets
        + "}";
  }

  private static Arguments one(String why, String dtype, String shape, String offsets, int dataSize,
      String said) {
    return Arguments.of(why, file("{" + tensor("w", dtype, shape, offsets) + "}", dataSize), said);
  }

  private static Arguments header(String why, String header, String said) {
    return Arguments.of(why, file(header, 8), said);
  }

  static Stream<Arguments> hostile() {
    var w = tensor("w", "F32", "[2]", "[0,8]");
    return Stream.of(
        Arguments.of("empty file", new byte[0], "it has 0 bytes, expected at least 8"),
        Arguments.of("half a header size", new byte[7], "it has 7 bytes, expected at least 8"),
        Arguments.of("header of size 0", new byte[8], "does not begin with '{'"),
        Arguments.of("header cut short", file(100, w.getBytes(StandardCharsets.UTF_8), 0),
            "should have 100 bytes, but only " + w.length() + " follow"),
        Arguments.of("header above the cap", file(100_000_001, new byte[16], 0),
            "promise a header of 100000001 bytes"),
        Arguments.of("header of 2^64-1 bytes", file(-1, new byte[16], 0),
            "a header of 18446744073709551615 bytes"),
        Arguments.of("header of 2^63 bytes", file(Long.MIN_VALUE, new byte[16], 0),
            "a header of 9223372036854775808"),
        Arguments.of("a ZIP file", file(0x0403_4b50L, new byte[64], 0), "but only 64 follow"),
        Arguments.of("a pickle",
            "\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n".getBytes(StandardCharsets.ISO_8859_1),
            "Is it a safetensors file?"),
        Arguments.of("UTF-16 header", file(8, "{\"w\"".getBytes(StandardCharsets.UTF_16LE), 0),
            "not acceptable JSON"),
        Arguments.of("not UTF-8", file(6, new byte[]{'{', '"', (byte) 0xff, '"', ':', '}'}, 0),
            "is not UTF-8"),
        Arguments.of("overlong UTF-8",
            file(7, new byte[]{'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '}'}, 0),
            "is not UTF-8"),
        header("space before the object", " {" + w + "}", "does not begin with '{'"),
        header("a list", "[" + w + "]", "does not begin with '{'"),
        header("not JSON", "{w: 1}", "not acceptable JSON"),
        header("comment", "{/* */" + w + "}", "not acceptable JSON"),
        header("trailing comma", "{" + w + ",}", "not acceptable JSON"),
        header("object not closed", "{" + w, "not acceptable JSON"),
        header("ends within a name", "{\"w", "not acceptable JSON"),
        header("something follows", "{" + w + "} {}", "something follows the header's object"),
        header("zero bytes follow", "{" + w + "}\0\0", "not acceptable JSON"),
        header("tensor twice", "{" + w + "," + w + "}", "Duplicate Object property \"w\""),
        header("tensor twice, once escaped", "{" + w + "," + w.replace("\"w\"", "\"\\u0077\"") + "}",
            "Duplicate Object property \"w\""),
        header("dtype twice",
            "{\"w\":{\"dtype\":\"F32\",\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "Duplicate Object property \"dtype\""),
        header("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}," + w + "}",
            "Duplicate Object property"),
        header("metadata entry twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}," + w + "}", "\"a\""),
        header("metadata is a list", "{\"__metadata__\":[]," + w + "}",
            "__metadata__ is not an object of texts"),
        header("metadata is a number", "{\"__metadata__\":{\"a\":1}," + w + "}", "entry 'a' is not a text"),
        header("metadata is nested", "{\"__metadata__\":{\"a\":{}}," + w + "}", "entry 'a' is not a text"),
        header("half a surrogate pair", "{" + w.replace("\"w\"", "\"\\ud800\"") + "}",
            "Broken surrogate pair"),
        header("the other half", "{" + w.replace("\"w\"", "\"\\udc00\"") + "}", "surrogate"),
        header("half a surrogate pair in a text", "{\"__metadata__\":{\"a\":\"\\udc00 \"}," + w + "}",
            "surrogate"),
        header("deep nesting", "{\"w\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
            "'w' is not described by"),
        header("deep nesting in a tensor", "{\"w\":{\"shape\":" + "[".repeat(100_000), "nesting depth"),
        header("tensor is null", "{\"w\":null}", "tensor 'w' is not described by an object"),
        header("tensor without dtype", "{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
            "tensor 'w' has no dtype"),
        header("tensor without shape", "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
            "tensor 'w' has no shape"),
        header("tensor without place", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}",
            "tensor 'w' has no data_offsets"),
        header("unknown field", "{\"w\":{\"strides\":[1]}}",
            "field 'strides', expected only data_offsets, dtype, shape"),
        header("dtype is a number", "{\"w\":{\"dtype\":32}}", "tensor 'w' has a dtype that is not a text"),
        header("shape is a number", "{\"w\":{\"shape\":2}}", "tensor 'w' has a shape that is not a list"),
        one("unknown dtype", "F31", "[2]", "[0,8]", 8,
            "tensor 'w' has the unknown dtype 'F31', expected one of F32"),
        one("dtype in small letters", "f32", "[2]", "[0,8]", 8, "unknown dtype 'f32'"),
        one("negative size", "F32", "[-2]", "[0,8]", 8, "tensor 'w' has -2 in its shape"),
        one("two negative sizes", "F32", "[-2,-1]", "[0,8]", 8, "tensor 'w' has -2 in its shape"),
        one("size with a fraction", "F32", "[2.0]", "[0,8]", 8, "tensor 'w' has 2.0 in its shape"),
        one("size is a text", "F32", "[\"2\"]", "[0,8]", 8, "tensor 'w' has 2 in its shape"),
        one("size is a list", "F32", "[[2]]", "[0,8]", 8, "nesting depth"),
        one("size above 63 bits", "F32", "[9223372036854775808]", "[0,8]", 8,
            "has 9223372036854775808 in its shape"),
        one("size with 1000 digits", "F32", "[" + "9".repeat(1000) + "]", "[0,8]", 8, "not acceptable JSON"),
        one("shape overflows to 8 bytes", "F32", "[4611686018427387904,2,2]", "[0,8]", 8,
            "more bytes than 64 bits"),
        one("bytes overflow to 0", "F64", "[2305843009213693952]", "[0,0]", 0,
            "more bytes than 64 bits can count"),
        one("65 dimensions", "U8", "[" + "1,".repeat(64) + "8]", "[0,8]", 8,
            "a shape of more than 64 numbers"),
        one("too few bytes", "F32", "[3]", "[0,8]", 8,
            "which are 8 bytes, but float32 of shape [3] needs 12"),
        one("too many bytes", "F32", "[1]", "[0,8]", 8,
            "which are 8 bytes, but float32 of shape [1] needs 4"),
        one("a scalar of 8 bytes", "F32", "[]", "[0,8]", 8,
            "which are 8 bytes, but float32 of shape [] needs 4"),
        one("ends before it begins", "F32", "[2]", "[8,0]", 8, "ends at byte 0, before it begins at byte 8"),
        one("offsets overflow", "F32", "[2]", "[9223372036854775800,9223372036854775808]", 8,
            "in its data_offsets"),
        one("offset is NaN", "F32", "[2]", "[NaN,8]", 8, "not acceptable JSON"),
        one("offset is negative", "F32", "[2]", "[-8,0]", 8, "tensor 'w' has -8 in its data_offsets"),
        one("offset is a power of ten", "F32", "[2]", "[0,8e0]", 8, "tensor 'w' has 8e0 in its data_offsets"),
        one("offset is null", "F32", "[2]", "[null,8]", 8, "tensor 'w' has null in its data_offsets"),
        one("one offset", "F32", "[2]", "[8]", 8, "needs two data_offsets"),
        one("three offsets", "F32", "[2]", "[0,8,8]", 8, "a data_offsets of more than 2 numbers"),
        one("data cut short", "F32", "[2]", "[0,8]", 7,
            "ends at byte 8 of the data, but there are only 7 bytes"),
        one("data far away", "F32", "[2]", "[9223372036854775799,9223372036854775807]", 8,
            "there are only 8 bytes"),
        one("bytes left over", "F32", "[2]", "[0,8]", 9, "the last 1 bytes belong to no tensor"),
        one("hole at the start", "F32", "[1]", "[4,8]", 8,
            "bytes 0 to 4 of the data, before tensor 'w', belong to no"),
        Arguments.of("overlap",
            file("{" + tensor("a", "F32", "[2]", "[0,8]") + "," + tensor("b", "F32", "[2]", "[4,12]")
                + "}", 12),
            "tensor 'b' begins at byte 4, within tensor 'a', which ends at 8"),
        Arguments.of("same bytes twice", file("{" + tensor("a", "F32", "[2]", "[0,8]") + ","
            + tensor("b", "F32", "[2]", "[0,8]") + "}", 8), "tensor 'b' begins at byte 0, within tensor 'a'"),
        Arguments.of("empty tensor inside another", file("{" + tensor("a", "F32", "[2]", "[0,8]") + ","
            + tensor("b", "F32", "[0]", "[4,4]") + "}", 8), "tensor 'b' begins at byte 4, within tensor 'a'"),
        Arguments.of("hole",
            file("{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[8,12]")
                + "}", 12),
            "bytes 4 to 8 of the data, before tensor 'b', belong to no tensor"),
        Arguments.of("bool of 2", withData("{" + tensor("m", "BOOL", "[3]", "[0,3]") + "}", 0, 1, 2),
            "tensor 'm' is BOOL, but element 2 is 2, expected 0 or 1"));
  }

  private static byte[] withData(String header, int... data) {
    var file = file(header, data.length);
    for (int i = 0; i < data.length; i++) file[file.length - data.length + i] = (byte) data[i];
    return file;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefused(String why, byte[] bytes, String said) throws IOException {
    var path = folder.resolve("hostile.safetensors");
    Files.write(path, bytes);
    try (var arena = Arena.ofConfined()) {
      var e = assertThrows(JacquardException.class, () -> Safetensors.read(path, arena), why);
      assertTrue(e.getMessage().startsWith(path + " is not a valid safetensors file: "), e.getMessage());
      assertTrue(e.getMessage().contains(said), e.getMessage());
      assertTrue(e.getMessage().length() < 600, "a message a person can read: " + e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource
  void aTypeThatJacquardLacksIsNotTheFilesFault(String dtype) {
    var bytes = file("{" + tensor("w", dtype, "[2]", "[0,4]") + "}", 4);
    var e = assertThrows(JacquardException.class,
        () -> Safetensors.read("half.safetensors", MemorySegment.ofArray(bytes)));
    assertEquals("half.safetensors: tensor 'w' has dtype " + dtype
        + ", which Jacquard cannot read yet. Convert it to one of F32, F64, BF16, F16, I32, I64, U8, BOOL first.",
        e.getMessage());
  }

  static Stream<String> aTypeThatJacquardLacksIsNotTheFilesFault() {
    return Stream.of("U16");
  }

  private static byte[] valid() {
    return withData(
        "{\"__metadata__\":{\"model\":\"mlp\"}," + tensor("0.weight", "F32", "[2,1]", "[0,8]") + ","
            + tensor("m", "BOOL", "[1]", "[8,9]") + "," + tensor("none", "I64", "[0,3]", "[9,9]") + "}  ",
        1, 2, 3, 4, 5, 6, 7,
        8, 1);
  }

  private static boolean reads(byte[] bytes) {
    try {
      Safetensors.read("fuzzed", MemorySegment.ofArray(bytes));
      return true;
    } catch (JacquardException _) {
      return false; // every other exception fails the test
    }
  }

  @Test
  void everyTruncationIsRefused() {
    var whole = valid();
    assertTrue(reads(whole));
    IntStream.range(0, whole.length).forEach(length -> {
      var cut = Arrays.copyOf(whole, length);
      assertFalse(reads(cut), "cut to " + length);
    });
  }
}
