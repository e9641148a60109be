package io.jacquard.hostile;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Files of pictures, piece by piece, so that each piece can lie. */
final class Pictures {
  static final byte[] IEND = chunk("IEND");

  private Pictures() {}

  /** A small picture with a few shapes. */
  static byte[] encoded(int type, String format) {
    var image = new BufferedImage(20, 14, type);
    var paint = image.createGraphics();
    paint.setColor(Color.ORANGE);
    paint.fillOval(2, 1, 9, 9);
    paint.setColor(Color.BLUE);
    paint.drawLine(0, 13, 19, 3);
    paint.dispose();
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) throw new AssertionError("no writer of " + format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  static byte[] chunk(String type, byte[]... data) {
    var body = join(data);
    var sum = new CRC32();
    sum.update(type.getBytes(StandardCharsets.US_ASCII));
    sum.update(body);
    return ByteBuffer.allocate(body.length + 12).putInt(body.length)
        .put(type.getBytes(StandardCharsets.US_ASCII)).put(body).putInt((int) sum.getValue()).array();
  }

  /** A PNG of RGB with these chunks after its header. */
  static byte[] png(int width, int height, byte[]... chunks) {
    return png(width, height, 8, 2, chunks);
  }

  static byte[] png(int width, int height, int depth, int colours, byte[]... chunks) {
    var header = ByteBuffer.allocate(13).putInt(width).putInt(height)
        .put(new byte[]{(byte) depth, (byte) colours, 0, 0, 0}).array();
    return join(new byte[]{(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, chunk("IHDR", header), join(chunks));
  }

  /** The sums of a PNG's chunks set right, as far as it has whole ones. */
  static byte[] summed(byte[] png) {
    var bytes = ByteBuffer.wrap(png.clone());
    for (int at = 8; at + 12 <= png.length;) {
      long length = Integer.toUnsignedLong(bytes.getInt(at));
      if (at + 12 + length > png.length) break;
      var sum = new CRC32();
      sum.update(png, at + 4, 4 + (int) length);
      bytes.putInt(at + 8 + (int) length, (int) sum.getValue());
      at += 12 + (int) length;
    }
    return bytes.array();
  }

  /** So many zeros, compressed. */
  static byte[] zeros(int count) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_SPEED))) {
      var zeros = new byte[1 << 16];
      for (int left = count; left > 0; left -= zeros.length)
        out.write(zeros, 0, Math.min(left, zeros.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] bmp(int width, int height, int bits, int compression, int offset, byte[] data) {
    return join(ByteBuffer.allocate(54).order(ByteOrder.LITTLE_ENDIAN).put((byte) 'B').put((byte) 'M')
        .putInt(54 + data.length).putInt(0).putInt(offset).putInt(40).putInt(width).putInt(height)
        .putShort((short) 1).putShort((short) bits).putInt(compression).putInt(data.length).array(), data);
  }

  static byte[] gif(int width, int height, byte[] rest) {
    return join(ByteBuffer.allocate(13).order(ByteOrder.LITTLE_ENDIAN)
        .put("GIF89a".getBytes(StandardCharsets.US_ASCII)).putShort((short) width).putShort((short) height)
        .put(new byte[]{0, 0, 0}).array(), rest);
  }

  /** A GIF's image of so many pixels. */
  static byte[] gifImage(int width, int height) {
    return ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) ',').putShort((short) 0)
        .putShort((short) 0).putShort((short) width).putShort((short) height).put((byte) 0).array();
  }

  /** A JPEG's frame header, which says its size, and the beginning of a scan without data. */
  static byte[] jpeg(int width, int height) {
    return join(new byte[]{(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 17, 8},
        ByteBuffer.allocate(4).putShort((short) height).putShort((short) width).array(),
        new byte[]{3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0},
        new byte[]{(byte) 0xff, (byte) 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0});
  }
}
