package io.jacquard.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * Checks that a PNG file is whole, which the JDK's decoder does not: it ignores the sums of the chunks, and is content
 * once it has enough for every row (PNG specification, third edition, section 5).
 */
final class PngChunks {
  private static final int SIGNATURE = 8;

  private PngChunks() {}

  /**
   * Reads chunk after chunk of what a stream gives from its beginning: 4 bytes of length, 4 of type, the data, and a CRC-32
   * of type and data; the last is IEND.
   *
   * @throws IOException if the file ends before that, or a sum is wrong
   */
  static void requireWhole(InputStream file) throws IOException {
    var buffer = new byte[1 << 13];
    file.skipNBytes(SIGNATURE);
    String type;
    do {
      long length = Integer.toUnsignedLong(new DataInputStream(file).readInt());
      var summed = new CheckedInputStream(file, new CRC32());
      type = new String(summed.readNBytes(4), StandardCharsets.ISO_8859_1);
      readAll(summed, length, buffer);
      int sum = new DataInputStream(file).readInt();
      if (sum != (int) summed.getChecksum().getValue())
        throw new IOException("the check sum of its " + type + " chunk is wrong");
    } while (!type.equals("IEND"));
  }

  private static void readAll(InputStream in, long length, byte[] buffer) throws IOException {
    for (long left = length; left > 0;) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) throw new EOFException();
      left -= read;
    }
  }
}
