package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdxTest {
  @TempDir
  Path folder;

  /** An IDX file with the bytes 0, 1, 2, ... as its data. */
  static byte[] idx(int type, int[] sizes, int dataBytes) {
    var file = ByteBuffer.allocate(4 + 4 * sizes.length + dataBytes).putInt(type << 8 | sizes.length);
    for (int size : sizes) file.putInt(size);
    for (int i = 0; i < dataBytes; i++) file.put((byte) i);
    return file.array();
  }

  static byte[] gzip(byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("some-idx"), bytes);
  }

  @Test
  void readsPlainAndCompressedWhateverTheName() throws IOException {
    var plain = idx(8, new int[]{2, 3, 50}, 300);
    for (var bytes : new byte[][]{plain, gzip(plain)}) {
      var read = Idx.read(file(bytes));
      assertEquals(Shape.of(2, 3, 50), read.shape());
      assertArrayEquals(Arrays.copyOfRange(plain, 16, plain.length), read.data());
    }
  }

  @Test
  void readsNoElements() throws IOException {
    assertEquals(Shape.of(0, 28, 28), Idx.read(file(idx(8, new int[]{0, 28, 28}, 0))).shape());
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    bytes[at < 0 ? bytes.length + at : at] = (byte) value;
    return bytes;
  }

  static Stream<Arguments> hostile() {
    var good = idx(8, new int[]{2, 3}, 6);
    var packed = gzip(good);
    return Stream.of(
        Arguments.of("empty", new byte[0], "it is empty"),
        Arguments.of("one byte", new byte[1], "it ends too early"),
        Arguments.of("magic cut short", Arrays.copyOf(good, 3), "it ends too early"),
        Arguments.of("sizes cut short", Arrays.copyOf(good, 10), "it ends too early"),
        Arguments.of("data cut short", Arrays.copyOf(good, good.length - 1),
            "shape [2, 3], 6 bytes, but only 5 follow"),
        Arguments.of("bytes left over", Arrays.copyOf(good, good.length + 1),
            "shape [2, 3], 6 bytes, but more follow"),
        Arguments.of("a PNG", new byte[]{(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10},
            "it begins with the bytes 89504e47, expected 000008"),
        Arguments.of("32-bit integers", idx(0x0c, new int[]{1}, 4),
            "its elements are 32-bit integers, expected unsigned"),
        Arguments.of("64-bit floats", idx(0x0e, new int[]{1}, 8), "its elements are 64-bit floats"),
        Arguments.of("unknown type", idx(0x0a, new int[]{1}, 8), "its elements are of the unknown type 0x0a"),
        Arguments.of("4 billion images", idx(8, new int[]{-1, 28, 28}, 100), "shape [4294967295, 28, 28]"),
        Arguments.of("sizes overflow to 0", idx(8, new int[]{1 << 31, 1 << 31, 4}, 0),
            "more bytes than 63 bits"),
        Arguments.of("255 dimensions", idx(8, new int[255], 1), "0 bytes, but more follow"),
        Arguments.of("compressed, empty", gzip(new byte[0]), "it ends too early"),
        Arguments.of("compressed, cut in its header", Arrays.copyOf(packed, 5), "it ends too early"),
        Arguments.of("compressed, cut in its data", Arrays.copyOf(packed, 15), "it ends too early"),
        Arguments.of("compressed, cut in its sum", Arrays.copyOf(packed, packed.length - 5),
            "it ends too early"),
        Arguments.of("compressed, wrong sum", changed(gzip(good), -8, ~packed[packed.length - 8]),
            "is damaged"),
        Arguments.of("compressed, wrong length", changed(gzip(good), -1, 1), "is damaged"),
        Arguments.of("compressed, wrong method", changed(gzip(good), 2, 7), "is damaged"),
        Arguments.of("compressed, data too short", gzip(idx(8, new int[]{2, 3}, 5)), "but only 5 follow"),
        Arguments.of("compressed, data too long", gzip(idx(8, new int[]{2, 3}, 7)),
            "6 bytes, but more follow"),
        Arguments.of("compressed, lying", gzip(idx(8, new int[]{2_000_000, 28, 28}, 0)),
            "shape [2000000, 28, 28], 1568000000 bytes, which a compressed file of "),
        Arguments.of("compressed, lying beyond an array", gzip(idx(8, new int[]{1 << 30, 1 << 30}, 0)),
            "cannot hold"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void hostile(String why, byte[] bytes, String said) throws IOException {
    var path = file(bytes);
    var e = assertThrows(JacquardException.class, () -> Idx.read(path), why);
    assertTrue(e.getMessage().startsWith(path + " is not a valid IDX file: "), e.getMessage());
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void aBombIsNotUnpacked() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(idx(8, new int[]{100_000, 1000}, 0));
      var zeros = new byte[1_000_000];
      for (int i = 0; i < 100; i++) gzip.write(zeros);
    }
    var path = file(bytes.toByteArray());
    var e = assertThrows(JacquardException.class, () -> Idx.read(path));
    assertTrue(e.getMessage().contains("a compressed file of " + bytes.size() + " bytes cannot hold"),
        e.getMessage());
  }

  @Test
  void noFileAndAFolderAreTold() {
    var missing = folder.resolve("missing");
    var e = assertThrows(JacquardException.class, () -> Idx.read(missing));
    assertEquals(missing + " cannot be read: no such file or folder.", e.getMessage());
    e = assertThrows(JacquardException.class, () -> Idx.read(folder));
    assertEquals(folder + " is a folder, expected an IDX file.", e.getMessage());
  }
}
