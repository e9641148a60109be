package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.io.FileProblem;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes from an IDX file, the format of MNIST and its relatives, plain or compressed with gzip.
 *
 * <pre>{@code
 * var images = Idx.read(Path.of("train-images-idx3-ubyte.gz"));
 * images.shape();   // [60000, 28, 28]
 * }</pre>
 *
 * <p>The format (<a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges: The MNIST database</a>): two zero
 * bytes, a type (8 for unsigned bytes), the number of dimensions, then each size as a big-endian 32-bit integer, then
 * the elements, row-major. Whether a file is compressed is seen from its first bytes, not from its name.
 *
 * @param data one byte an element, 0 to 255 when read as unsigned
 */
public record Idx(Shape shape, byte[] data) {
  private static final int UNSIGNED_BYTE = 8;
  private static final int GZIP_MAGIC = 0x1f8b;
  /** Real images compress to a fifth. Far beyond this ratio, above this size, a file is made to fill the memory. */
  private static final int MOST_COMPRESSED = 200;
  private static final long ALWAYS_ALLOWED = 1 << 26;
  /** Beyond the size of the file by this much, what is compressed is walked through once before memory is taken for it. */
  private static final long UNSEEN = 48 << 20;
  /** How many sizes a message names. */
  private static final int SHOWN = 8;

  public Idx {
    if (data.length != shape.numel())
      throw new IllegalArgumentException(data.length + " bytes for shape " + shape);
  }

  /**
   * Reads a whole file.
   *
   * @throws JacquardException naming the file, what was expected and what was found
   */
  public static Idx read(Path path) {
    FileProblem.requireFile(path, "an IDX file");
    try (var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      long size = Files.size(path);
      if (size == 0) throw refuse(path, "it is empty");
      return isGzip(in)
          ? new Reader(path, new GZIPInputStream(in, 1 << 16), size, true).read()
          : new Reader(path, in, size, false).read();
    } catch (EOFException e) {
      throw refuse(path, "it ends too early; was the download or copy cut short?");
    } catch (ZipException e) {
      throw refuse(path, "its gzip data is damaged (" + e.getMessage() + "); fetch it again");
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    return magic == GZIP_MAGIC;
  }

  private static JacquardException refuse(Path path, String why) {
    return new JacquardException(path + " is not a valid IDX file: " + why + (why.endsWith("?") ? "" : "."));
  }

  /** Reads one file whose size on disk is known, so that no header is believed beyond what can be there. */
  private record Reader(Path path, InputStream in, long fileSize, boolean compressed) {

    Idx read() throws IOException {
      var header = new DataInputStream(in);
      int magic = header.readInt();
      int type = magic >>> 8;
      int rank = magic & 0xff;
      if (magic >>> 16 != 0) {
        throw refuse(path, String.format(Locale.ROOT,
            "it begins with the bytes %08x, expected 000008 and the number of dimensions", magic));
      }
      if (type != UNSIGNED_BYTE)
        throw refuse(path, "its elements are " + typeName(type) + ", expected unsigned bytes (type 0x08)");
      var sizes = new long[rank];
      for (int d = 0; d < rank; d++) sizes[d] = Integer.toUnsignedLong(header.readInt());
      int bytes = requirePlausible(sizes, 4 + 4L * rank);
      if (compressed && bytes > fileSize + UNSEEN) requireThere(sizes, 4 + 4L * rank, bytes);
      var data = new byte[bytes];
      int found = in.readNBytes(data, 0, bytes);
      if (found < bytes) throw tooShort(sizes, bytes, found);
      // For gzip, this is also what checks the sum at its end.
      if (in.read() >= 0) throw tooLong(sizes, bytes);
      return new Idx(Shape.of(sizes), data);
    }

    private int requirePlausible(long[] sizes, long headerSize) {
      long bytes = 1;
      try {
        for (long size : sizes) bytes = Math.multiplyExact(bytes, size);
      } catch (ArithmeticException _) {
        bytes = Long.MAX_VALUE;
      }
      if (!compressed && bytes > fileSize - headerSize) throw tooShort(sizes, bytes, fileSize - headerSize);
      if (!compressed && bytes < fileSize - headerSize) throw tooLong(sizes, bytes);
      if (bytes > Math.max(ALWAYS_ALLOWED, MOST_COMPRESSED * fileSize) || bytes > Integer.MAX_VALUE - 8) {
        throw refuse(path, "its header promises " + promise(sizes, bytes) + ", which a "
            + (compressed ? "compressed " : "") + "file of " + fileSize + " bytes cannot hold");
      }
      return (int) bytes;
    }

    /** Unpacks everything and keeps nothing. */
    private void requireThere(long[] sizes, long headerSize, long bytes) throws IOException {
      try (var again = new GZIPInputStream(Files.newInputStream(path), 1 << 16)) {
        long found = -headerSize;
        var buffer = new byte[1 << 16];
        for (int read; (read = again.read(buffer)) >= 0; found += read) {
          if (found > bytes) throw tooLong(sizes, bytes);
        }
        if (found < bytes) throw tooShort(sizes, bytes, found);
      }
    }

    private JacquardException tooShort(long[] sizes, long expected, long found) {
      return refuse(path, "its header promises " + promise(sizes, expected) + ", but only " + found
          + " follow; was the download or copy cut short?");
    }

    private JacquardException tooLong(long[] sizes, long expected) {
      return refuse(path, "its header promises " + promise(sizes, expected) + ", but more follow");
    }

    private static String promise(long[] sizes, long bytes) {
      var some = Arrays.toString(Arrays.copyOf(sizes, Math.min(sizes.length, SHOWN)));
      var shape = sizes.length <= SHOWN
          ? some
          : some.replace("]", ", ...] of " + sizes.length + " dimensions");
      return "shape " + shape + ", "
          + (bytes == Long.MAX_VALUE ? "more bytes than 63 bits can count" : bytes + " bytes");
    }

    private static String typeName(int type) {
      return switch (type) {
        case 0x09 -> "signed bytes";
        case 0x0b -> "16-bit integers";
        case 0x0c -> "32-bit integers";
        case 0x0d -> "32-bit floats";
        case 0x0e -> "64-bit floats";
        default -> String.format(Locale.ROOT, "of the unknown type 0x%02x", type);
      };
    }
  }
}
