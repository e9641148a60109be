package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NumPy's files, of which benchmarks/pytorch/npy_samples.py wrote some, and files that mean harm. */
class NpyTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  @TempDir
  private Path folder;

  private static byte[] sample(String name) {
    try (var in = NpyTest.class.getResourceAsStream("/npy/" + name + ".npy")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void reads(String name, DType dtype, Shape shape, double... values) {
    OnReference.run(() -> {
      var tensor = Npy.read(file(name + ".npy", sample(name)));
      assertEquals(dtype, tensor.dtype());
      assertEquals(shape, tensor.shape());
      assertArrayEquals(values, tensor.toDoubles());
    });
  }

  @Test
  void whatNumpyWroteIsRead() {
    reads("float64", DType.FLOAT64, Shape.of(2, 3), 1.5, -2, 3e-8, INF, 65504, Double.NaN);
    reads("float32", DType.FLOAT32, Shape.of(2, 3), 1.5, -2, 3e-8f, INF, 65504, Double.NaN);
    reads("float16", DType.FLOAT16, Shape.of(2, 3), 1.5, -2, 0x1p-24, INF, 65504, Double.NaN);
    reads("int32", DType.INT32, Shape.of(3, 2), Integer.MIN_VALUE, 7, 0, -1, 5, Integer.MAX_VALUE);
    reads("uint8", DType.UINT8, Shape.of(3), 0, 7, 255);
    reads("bool", DType.BOOL, Shape.of(2, 1), 1, 0);
    reads("scalar", DType.FLOAT64, Shape.SCALAR, 2.5);
    reads("empty", DType.FLOAT32, Shape.of(3, 0, 2));
    OnReference.run(() -> assertArrayEquals(new long[]{Long.MIN_VALUE, 0, Long.MAX_VALUE},
        Npy.read(file("l.npy", sample("int64"))).toLongs()));
  }

  @Test
  void bothByteOrdersAndBothOrdersOfDimensionsAreRead() {
    reads("big-endian-float16", DType.FLOAT16, Shape.of(2), 1.5, -2);
    reads("big-endian-float32", DType.FLOAT32, Shape.of(2, 3), 0, 1, 2, 3, 4, 5);
    reads("big-endian-int64", DType.INT64, Shape.of(2), 1, -2);
    reads("fortran", DType.INT32, Shape.of(2, 3, 4), IntStream.range(0, 24).asDoubleStream().toArray());
  }

  @Test
  void allVersionsAreRead() {
    reads("version2", DType.FLOAT32, Shape.of(3), 0, 1, 2);
    reads("version3", DType.FLOAT32, Shape.of(3), 0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float16", "float32", "float64", "int32", "int64", "uint8", "bool", "scalar",
      "empty"})
  void writingGivesNumpysBytes(String name) throws IOException {
    OnReference.run(() -> Npy.write(folder.resolve("copy.npy"), Npy.read(file(name + ".npy", sample(name)))));
    assertArrayEquals(sample(name), Files.readAllBytes(folder.resolve("copy.npy")));
  }

  @Test
  void aViewIsWrittenRowMajor() {
    OnReference.run(() -> {
      var path = folder.resolve("view.npy");
      var x = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, Shape.of(2, 3)).mT().slice(0, 1, 3);
      Npy.write(path, x);
      var read = Npy.read(path);
      assertEquals(Shape.of(2, 2), read.shape());
      assertArrayEquals(new float[]{2, 5, 3, 6}, read.toFloats());
    });
  }

  @Test
  void aLargeArrayGoesThroughInPieces() {
    OnReference.run(() -> {
      var path = folder.resolve("large.npy");
      Npy.write(path, Tensor.arange(100_003));
      assertArrayEquals(IntStream.range(0, 100_003).asLongStream().toArray(), Npy.read(path).toLongs());
    });
  }

  @Test
  void bfloat16IsNotWrittenAndNothingIsLeftBehind() {
    OnReference.run(() -> {
      var path = folder.resolve("b.npy");
      var e = assertThrows(JacquardException.class,
          () -> Npy.write(path, Tensor.full(Shape.of(2), DType.BFLOAT16, 1)));
      assertEquals(
          path + " cannot be written: NumPy has no bfloat16. Write tensor.to(DType.FLOAT32), which has the "
              + "same values.",
          e.getMessage());
      assertFalse(Files.exists(path));
    });
  }

  @Test
  void aFailedWriteNamesTheFile() {
    OnReference.run(() -> {
      var path = folder.resolve("none").resolve("x.npy");
      var e = assertThrows(JacquardException.class, () -> Npy.write(path, Tensor.of(1f)));
      assertTrue(e.getMessage().startsWith(path + " cannot be written: no such file or folder."),
          e.getMessage());
    });
  }

  // ---- what is refused

  private static String refused(byte[] bytes) {
    var message = assertThrows(JacquardException.class, () -> OnReference.run(
        () -> Npy.read("x.npy", MemorySegment.ofArray(bytes)))).getMessage();
    assertTrue(message.startsWith("x.npy ") && message.length() < 500, message);
    assertTrue(message.endsWith(".") || message.endsWith("?"), message);
    return message;
  }

  @ParameterizedTest
  @CsvSource({"objects, Python objects", "text, texts", "complex, complex numbers",
      "record, records of several fields",
      "int16, np.save(path; a.astype('int64'))", "date, dates"})
  void typesThatJacquardLacksAreNamed(String name, String part) {
    var message = refused(sample(name));
    assertTrue(message.contains(part.replace(';', ',')), message);
    assertTrue(message.contains("float16, float32, float64, int32, int64, uint8 or bool"), message);
  }

  private static byte[] npy(String header, int dataBytes) {
    return npy(1, header, dataBytes);
  }

  private static byte[] npy(int major, String header, int dataBytes) {
    var text = header.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(12 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
    if (major == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    bytes.put(text);
    return Arrays.copyOf(bytes.array(), bytes.position() + dataBytes);
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + "}";
  }

  @Test
  void otherSpellingsOfAHeaderAreRead() {
    OnReference.run(() -> {
      for (var text : new String[]{"{\"shape\":(2L,),\"descr\":\"<f4\",\"fortran_order\":False,}\n",
          "  { 'fortran_order' : True , 'descr':'<f4','shape' : ( 2 , ) } \n"}) {
        assertEquals(Shape.of(2), Npy.read("x", MemorySegment.ofArray(npy(text, 8))).shape());
      }
    });
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"'<f4' | False | (2, 3",
      "'<f4' | False | (2, -3)", "'<f4' | False | (2.5,)",
      "'<f4' | False | [2]", "'<f4' | False | 2", "'<f4' | 0 | (2,)", "'<f4' | None | (2,)",
      "<f4 | False | (2,)",
      "'<f4 | False | (2,)", "'<f4' | False | (2,), 'shape': (2,)", "'<f4' | False | (2,), 'more': 1",
      "'=f4' | False | (2,)", "'|f4' | False | (2,)", "'' | False | (2,)", "'<f' | False | (2,)",
      "'<f4' | False | (99999999999999999999,)", "'<f4' | False | (4611686018427387904, 4611686018427387904)",
      "'<f4' | False | (4611686018427387904, 0)", "'<f4' | False | (2,)} + __import__('os').system('true'",
      "__import__('os') | False | (2,)", "'<f4' | False | (2 3)"})
  void headersThatMeanHarmAreRefused(String descr, String order, String shape) {
    refused(npy(header(descr, order, shape), 8));
  }

  @Test
  void partsOfHeadersAreRefused() {
    var whole = header("'<f4'", "False", "(2,)");
    for (int length = 0; length < whole.length(); length++) refused(npy(whole.substring(0, length), 8));
    assertTrue(refused(npy("{'descr': '<f4', 'shape': (2,)}", 8)).contains("lacks an entry"));
    assertTrue(
        refused(npy(header("'<f4'", "False", "(" + "1,".repeat(65) + ")"), 4)).contains("64 dimensions"));
  }

  @Test
  void aFileThatIsCutShortIsRefused() {
    var whole = sample("float32");
    for (int length = 0; length < whole.length; length++) {
      var message = refused(Arrays.copyOf(whole, length));
      assertTrue(message.contains("cut short"), message);
    }
  }

  @Test
  void bytesAfterTheArrayAreRefused() {
    var whole = sample("float32");
    assertTrue(refused(Arrays.copyOf(whole, whole.length + 1))
        .contains("needs 24 bytes after the header, but 25 follow"));
  }

  @Test
  void otherKindsOfFileAreRefused() {
    assertTrue(refused("PK\3\4 archive".getBytes(StandardCharsets.UTF_8)).contains(".npz"));
    assertTrue(refused("GIF89a and so on".getBytes(StandardCharsets.UTF_8)).contains("another kind of file"));
    var version = sample("float32");
    version[6] = 4;
    assertTrue(refused(version).contains("version is 4.0"));
    var bool = sample("bool");
    bool[bool.length - 1] = 2;
    assertTrue(refused(bool).contains("element 1 of bools is 2"));
  }

  @Test
  void aHeaderThatWouldFillMemoryIsRefused() {
    assertTrue(refused(npy(2, " ".repeat(20_000), 0)).contains("at most 10000"));
    var huge = npy(2, "", 0);
    Arrays.fill(huge, 8, 12, (byte) -1);
    assertTrue(refused(huge).contains("4294967295"));
  }

  @Test
  void aMissingFileAndAFolderAreNamed() {
    var missing = folder.resolve("none.npy");
    assertEquals(missing + " cannot be read: no such file or folder.",
        assertThrows(JacquardException.class, () -> Npy.read(missing)).getMessage());
    assertEquals(folder + " is a folder, expected a .npy file.",
        assertThrows(JacquardException.class, () -> Npy.read(folder)).getMessage());
  }
}
