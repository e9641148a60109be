package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir
  Path folder;

  /** One tensor of each type, in an order that is not that of their sizes, with names that need care in JSON. */
  private static Safetensors.Contents sample() {
    var tensors = new LinkedHashMap<String, Safetensors.Entry>();
    tensors.put("mask", entry(DType.BOOL, Shape.of(3), MemorySegment.ofArray(new byte[]{1, 0, 1})));
    tensors.put("0.weight", entry(DType.FLOAT32, Shape.of(2, 3),
        MemorySegment.ofArray(new float[]{1, -2, 3.5f, Float.NaN, Float.NEGATIVE_INFINITY, 1e-40f})));
    tensors.put("a \"name\"\n\u00e9\ud83d\ude00",
        entry(DType.UINT8, Shape.of(1, 1), MemorySegment.ofArray(new byte[]{-1})));
    tensors.put("scalar", entry(DType.FLOAT64, Shape.SCALAR, MemorySegment.ofArray(new double[]{Math.PI})));
    tensors.put("none", entry(DType.INT64, Shape.of(4, 0), MemorySegment.ofArray(new long[0])));
    tensors.put("steps",
        entry(DType.INT64, Shape.of(2), MemorySegment.ofArray(new long[]{Long.MIN_VALUE, 7})));
    tensors.put("ids", entry(DType.INT32, Shape.of(1), MemorySegment.ofArray(new int[]{-5})));
    tensors.put("bf", entry(DType.BFLOAT16, Shape.of(3), MemorySegment.ofArray(new short[]{0x3f80, -1, 1})));
    tensors.put("half", entry(DType.FLOAT16, Shape.of(1, 1), MemorySegment.ofArray(new short[]{0x3c00})));
    return new Safetensors.Contents(tensors, Map.of("model", "mlp", "empty", "", "\u00e9", "line\nbreak"));
  }

  private static Safetensors.Entry entry(DType dtype, Shape shape, MemorySegment data) {
    return new Safetensors.Entry(dtype, shape, data);
  }

  @Test
  void whatIsWrittenIsRead() {
    var path = folder.resolve("model.safetensors");
    var written = sample();
    Safetensors.write(path, written);
    try (var arena = Arena.ofConfined()) {
      var read = Safetensors.read(path, arena);
      assertEquals(written.metadata(), read.metadata());
      assertEquals(List.copyOf(written.tensors().keySet()), List.copyOf(read.tensors().keySet()));
      written.tensors().forEach((name, expected) -> {
        var found = read.tensors().get(name);
        assertEquals(expected.dtype(), found.dtype(), name);
        assertEquals(expected.shape(), found.shape(), name);
        assertEquals(-1, expected.data().mismatch(found.data()), name);
      });
    }
  }

  @Test
  void readingAndWritingGivesTheSameBytes() throws IOException {
    var first = folder.resolve("first.safetensors");
    var second = folder.resolve("second.safetensors");
    Safetensors.write(first, sample());
    try (var arena = Arena.ofConfined()) {
      Safetensors.write(second, Safetensors.read(first, arena));
    }
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    var path = folder.resolve("w.safetensors");
    var tensors = new LinkedHashMap<String, Safetensors.Entry>();
    tensors.put("b", entry(DType.UINT8, Shape.of(2), MemorySegment.ofArray(new byte[]{7, 8})));
    tensors.put("w", entry(DType.FLOAT32, Shape.of(1), MemorySegment.ofArray(new float[]{1})));
    Safetensors.write(path, new Safetensors.Contents(tensors, Map.of("format", "pt")));
    var json = "{\"__metadata__\":{\"format\":\"pt\"},"
        + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]},"
        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    int padded = (json.length() + 7) / 8 * 8;
    var file = Files.readAllBytes(path);
    assertEquals(padded, file[0] & 0xff);
    assertArrayEquals(new byte[7], Arrays.copyOfRange(file, 1, 8));
    assertEquals(json + " ".repeat(padded - json.length()),
        new String(file, 8, padded, StandardCharsets.UTF_8));
    assertArrayEquals(new byte[]{0, 0, (byte) 0x80, 0x3f, 7, 8},
        Arrays.copyOfRange(file, 8 + padded, file.length));
  }

  @Test
  void everyTensorLiesAtAMultipleOfItsElementSize() {
    var path = folder.resolve("aligned.safetensors");
    Safetensors.write(path, sample());
    try (var arena = Arena.ofConfined()) {
      Safetensors.read(path, arena).tensors()
          .forEach((name, e) -> assertEquals(0, e.data().address() % e.dtype().bytes(), name));
    }
  }

  @Test
  void aFileWithoutTensorsIsOne() {
    var path = folder.resolve("empty.safetensors");
    Safetensors.write(path, new Safetensors.Contents(new LinkedHashMap<>(), Map.of()));
    try (var arena = Arena.ofConfined()) {
      assertEquals(0, Safetensors.read(path, arena).tensors().size());
    }
  }

  @Test
  void aTensorLargerThanOneChunkIsWhole() {
    var data = new byte[(1 << 18) * 2 + 12345];
    new Random(1).nextBytes(data);
    var tensors = new LinkedHashMap<String, Safetensors.Entry>();
    tensors.put("big", entry(DType.UINT8, Shape.of(data.length), MemorySegment.ofArray(data)));
    var path = folder.resolve("big.safetensors");
    Safetensors.write(path, new Safetensors.Contents(tensors, Map.of()));
    try (var arena = Arena.ofConfined()) {
      assertArrayEquals(data,
          Safetensors.read(path, arena).tensors().get("big").data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void aFileMayBeReplacedWhileItIsRead() {
    var path = folder.resolve("model.safetensors");
    Safetensors.write(path, sample());
    try (var arena = Arena.ofConfined()) {
      var read = Safetensors.read(path, arena);
      Safetensors.write(path, read);
      assertEquals(Math.PI, read.tensors().get("scalar").data().get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0));
    }
  }

  @Test
  void whatCannotBeInAHeaderIsNotWritten() {
    var path = folder.resolve("bad.safetensors");
    for (var name : List.of("__metadata__", "half \ud800 pair")) {
      var tensors = new LinkedHashMap<String, Safetensors.Entry>();
      tensors.put(name, entry(DType.UINT8, Shape.of(1), MemorySegment.ofArray(new byte[1])));
      var e = assertThrows(JacquardException.class,
          () -> Safetensors.write(path, new Safetensors.Contents(tensors, Map.of())));
      assertTrue(e.getMessage().startsWith(path + " cannot be written: "), e.getMessage());
      assertTrue(Files.notExists(path));
    }
  }

  @Test
  void anEntryThatContradictsItselfIsRefused() {
    var e = assertThrows(JacquardException.class,
        () -> entry(DType.FLOAT32, Shape.of(2, 2), MemorySegment.ofArray(new float[3])));
    assertEquals("A float32 tensor of shape [2, 2] has 16 bytes, but 12 were given.", e.getMessage());
  }

  @Test
  void noFileAndAFolderAreTold() {
    try (var arena = Arena.ofConfined()) {
      var missing = folder.resolve("missing.safetensors");
      var e = assertThrows(JacquardException.class, () -> Safetensors.read(missing, arena));
      assertEquals(missing + " cannot be read: no such file or folder.", e.getMessage());
      e = assertThrows(JacquardException.class, () -> Safetensors.read(folder, arena));
      assertEquals(folder + " is a folder, expected a safetensors file.", e.getMessage());
    }
  }
}
