package io.jacquard.data;

import static io.jacquard.data.Digits.PIXELS;
import static io.jacquard.data.Digits.SIDE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.JacquardException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitImageTest {
  private static final Digits DIGITS = GeneratedDigits.digits(2, 0, 10);

  @TempDir
  Path folder;

  private static byte[] digit(int i) {
    return Arrays.copyOfRange(DIGITS.images(), i * PIXELS, (i + 1) * PIXELS);
  }

  /** A picture of {@code digit}, each pixel as a square of {@code zoom}, at a place on a larger sheet. */
  private static BufferedImage sheet(byte[] digit, int type, int zoom, int width, int height, int left,
      int top,
      boolean dark) {
    var image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int col = Math.floorDiv(x - left, zoom);
        int row = Math.floorDiv(y - top, zoom);
        int ink = col >= 0 && row >= 0 && col < SIDE && row < SIDE ? digit[row * SIDE + col] & 0xff : 0;
        int value = dark ? 255 - ink : ink;
        if (type == BufferedImage.TYPE_BYTE_GRAY)
          image.getRaster().setSample(x, y, 0, value);
        else
          image.setRGB(x, y, 0xff000000 | value * 0x10101);
      }
    }
    return image;
  }

  private static byte[] encode(BufferedImage image, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      assertTrue(ImageIO.write(image, format, bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private byte[] read(byte[] file) throws IOException {
    return DigitImage.read(Files.write(folder.resolve("digit"), file));
  }

  private String refused(byte[] file) throws IOException {
    var path = Files.write(folder.resolve("digit"), file);
    var message = assertThrows(JacquardException.class, () -> DigitImage.read(path)).getMessage();
    assertTrue(message.startsWith(path.toString()), message);
    return message;
  }

  @Test
  void aPictureOf28By28IsTakenAsItIs() throws IOException {
    for (int type : new int[]{BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB}) {
      for (int i = 0; i < 10; i++)
        assertArrayEquals(digit(i), read(encode(sheet(digit(i), type, 1, 28, 28, 0, 0, false), "png")));
    }
  }

  @Test
  void darkInkOnLightPaperIsTurnedRound() throws IOException {
    for (int type : new int[]{BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB})
      assertArrayEquals(digit(3), read(encode(sheet(digit(3), type, 1, 28, 28, 0, 0, true), "png")));
  }

  @Test
  void sixteenBitGreyAndPalettesAreUnderstood() throws IOException {
    var deep = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
    for (int p = 0; p < PIXELS; p++)
      deep.getRaster().setSample(p % SIDE, p / SIDE, 0, (digit(4)[p] & 0xff) * 257);
    assertArrayEquals(digit(4), read(encode(deep, "png")));

    var twoTone = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY);
    var expected = new byte[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      expected[p] = (digit(4)[p] & 0xff) > 128 ? (byte) 255 : 0;
      twoTone.setRGB(p % SIDE, p / SIDE, expected[p] == 0 ? 0xff000000 : 0xffffffff);
    }
    assertArrayEquals(expected, read(encode(twoTone, "png")));
  }

  @Test
  void transparentPaperIsWhite() throws IOException {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    for (int p = 0; p < PIXELS; p++)
      image.setRGB(p % SIDE, p / SIDE, digit(1)[p] << 24); // black ink, as opaque as it is strong
    assertArrayEquals(digit(1), read(encode(image, "png")));
  }

  @Test
  void coloursCountByTheirLuminance() throws IOException {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    image.setRGB(10, 10, 0xff0000);
    image.setRGB(11, 10, 0x00ff00);
    image.setRGB(12, 10, 0x0000ff);
    var pixels = read(encode(image, "png"));
    assertEquals(76, pixels[10 * SIDE + 10] & 0xff);
    assertEquals(150, pixels[10 * SIDE + 11] & 0xff);
    assertEquals(29, pixels[10 * SIDE + 12] & 0xff);
  }

  @Test
  void aLargerPictureIsPreparedAsMnistWas() throws IOException {
    for (int i = 0; i < 10; i++) {
      var pixels = read(
          encode(sheet(digit(i), BufferedImage.TYPE_INT_RGB, 9, 400, 300, 61, 17, true), "png"));
      double mass = 0;
      double x = 0;
      double y = 0;
      int left = SIDE;
      int right = 0;
      int top = SIDE;
      int bottom = 0;
      for (int p = 0; p < PIXELS; p++) {
        int ink = pixels[p] & 0xff;
        mass += ink;
        x += ink * (p % SIDE + 0.5);
        y += ink * (p / SIDE + 0.5);
        if (ink > 0) {
          left = Math.min(left, p % SIDE);
          right = Math.max(right, p % SIDE + 1);
          top = Math.min(top, p / SIDE);
          bottom = Math.max(bottom, p / SIDE + 1);
        }
      }
      assertEquals(20, Math.max(right - left, bottom - top), "the longer side of digit " + i);
      assertEquals(14.5, x / mass, 0.502, "centre of digit " + i);
      assertEquals(14.5, y / mass, 0.502, "centre of digit " + i);
    }
  }

  @Test
  void whereOnTheSheetTheDigitIsDoesNotMatter() throws IOException {
    var here = read(encode(sheet(digit(5), BufferedImage.TYPE_INT_RGB, 4, 300, 200, 10, 10, true), "png"));
    var there = read(
        encode(sheet(digit(5), BufferedImage.TYPE_BYTE_GRAY, 4, 250, 333, 111, 200, false), "png"));
    assertArrayEquals(here, there);
  }

  @Test
  void mnistsOwnPicturesComeOutAsTheyWere() throws IOException {
    assumeTrue(System.getenv(MnistFiles.VARIABLE) != null, "JACQUARD_DATA does not name a folder with MNIST");
    var mnist = MnistFiles.find(null).orElseThrow().test().images();
    double difference = 0;
    for (int i = 0; i < 100; i++) {
      var digit = Arrays.copyOfRange(mnist, i * PIXELS, (i + 1) * PIXELS);
      var pixels = read(
          encode(sheet(digit, BufferedImage.TYPE_INT_RGB, 7, 300, 310, 50 + i, 60, true), "png"));
      for (int p = 0; p < PIXELS; p++) difference += Math.abs((pixels[p] & 0xff) - (digit[p] & 0xff));
    }
    assertTrue(difference / PIXELS / 100 < 3, "mean difference " + difference / PIXELS / 100);
  }

  @Test
  void aJpegGivesNearlyTheSame() throws IOException {
    var image = sheet(digit(6), BufferedImage.TYPE_INT_RGB, 8, 260, 260, 20, 10, true);
    var exact = read(encode(image, "png"));
    var lossy = read(encode(image, "jpeg"));
    double difference = 0;
    for (int p = 0; p < PIXELS; p++) difference += Math.abs((exact[p] & 0xff) - (lossy[p] & 0xff));
    assertTrue(difference / PIXELS < 4, "mean difference " + difference / PIXELS);
  }

  @Test
  void whatIsNoPictureIsTold() throws IOException {
    assertTrue(refused(new byte[0]).endsWith("is empty, expected a PNG or JPEG picture."));
    assertTrue(refused(new byte[]{(byte) 0x89, 'P'}).contains("is no PNG or JPEG picture"));
    assertTrue(
        refused("seven".getBytes(StandardCharsets.UTF_8)).contains("is no PNG or JPEG picture"));
    assertTrue(refused(encode(sheet(digit(0), BufferedImage.TYPE_INT_RGB, 1, 28, 28, 0, 0, true), "gif"))
        .contains("is no PNG or JPEG picture"));
    assertEquals(folder + " is a folder, expected a PNG or JPEG picture.",
        assertThrows(JacquardException.class, () -> DigitImage.read(folder)).getMessage());
    var missing = folder.resolve("missing.png");
    assertEquals(missing + " cannot be read: no such file or folder.",
        assertThrows(JacquardException.class, () -> DigitImage.read(missing)).getMessage());
  }

  @Test
  void aBlankSheetIsTold() throws IOException {
    for (boolean dark : new boolean[]{false, true}) {
      var blank = sheet(new byte[PIXELS], BufferedImage.TYPE_INT_RGB, 1, 50, 40, 0, 0, dark);
      assertTrue(refused(encode(blank, "png")).contains("looks blank"));
    }
  }

  /** A PNG whose header says how large it is, and that holds next to nothing. */
  private static byte[] pngOf(int width, int height) {
    var header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width)
        .putInt(height)
        .put(new byte[]{8, 2, 0, 0, 0}).array();
    var sum = new CRC32();
    sum.update(header);
    return ByteBuffer.allocate(33 + 12).putLong(0x89504e470d0a1a0aL).putInt(13).put(header)
        .putInt((int) sum.getValue())
        .putInt(0).put("IDAT".getBytes(StandardCharsets.US_ASCII)).array();
  }

  @Test
  void aGiantIsRefusedBeforeItIsDecoded() throws IOException {
    assertTrue(
        refused(pngOf(100_000, 100_000)).contains("has 100000 x 100000 pixels, expected at most 25 million"));
    assertTrue(refused(pngOf(Integer.MAX_VALUE, Integer.MAX_VALUE)).contains("expected at most 25 million"));
    assertTrue(refused(pngOf(-1, 28)).contains("cannot be read as a PNG picture"));
  }

  @Test
  void aTruncatedPictureIsRefusedWhereverItEnds() throws IOException {
    var image = sheet(digit(8), BufferedImage.TYPE_INT_RGB, 2, 60, 60, 2, 2, true);
    for (var format : new String[]{"png", "jpeg"}) {
      var whole = encode(image, format);
      for (int length = 0; length < whole.length; length += length < 64 || length > whole.length - 64
          ? 1
          : 17)
        refused(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void anyChangedByteOfAPngIsNoticed() throws IOException {
    var whole = encode(sheet(digit(8), BufferedImage.TYPE_INT_RGB, 1, 28, 28, 0, 0, true), "png");
    for (int i = 0; i < whole.length; i++) {
      var changed = whole.clone();
      changed[i] ^= 0x10;
      refused(changed);
    }
  }
}
