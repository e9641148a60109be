package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures in files, whatever their names say, with the JDK's decoders and without their trust: a file that is
 * damaged, ends early or would fill the memory is refused.
 *
 * <pre>{@code
 * var scans = new PictureFile(List.of(PictureFile.Format.PNG, PictureFile.Format.JPEG), 25_000_000);
 * var page = scans.read(Path.of("page.png"));
 * }</pre>
 *
 * @param formats those that are taken
 * @param mostPixels beyond this, a picture is refused before it is decoded
 */
public record PictureFile(List<Format> formats, long mostPixels) {
  /** A larger file is not a picture to learn from: 256 MiB. */
  private static final long MOST_BYTES = 1 << 28;
  /** As many pixels any picture may have. */
  private static final long ALWAYS_ALLOWED = 4_000_000;
  /** Photographs have fewer than ten pixels to a byte. Far beyond, a file is made to fill the memory. */
  private static final long MOST_PIXELS_A_BYTE = 200;
  /** Where a BMP says how it is compressed; 4 and 5 are another picture inside of it, of another size. */
  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_BIT_FIELDS = 3;

  /** What tells the formats apart. */
  public enum Format {
    PNG(0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a), JPEG(0xff, 0xd8, 0xff), BMP('B', 'M'),
    GIF('G', 'I', 'F', '8');

    private final int[] magic;
    /** Looked up once: the look-up costs more than a small picture. */
    private final ImageReaderSpi readers;

    Format(int... magic) {
      this.magic = magic;
      readers = ImageIO.getImageReadersByFormatName(name()).next().getOriginatingProvider();
    }

    private boolean begins(byte[] file) {
      if (file.length < magic.length) return false;
      for (int i = 0; i < magic.length; i++) {
        if ((file[i] & 0xff) != magic[i]) return false;
      }
      return true;
    }
  }

  public PictureFile {
    formats = List.copyOf(formats);
  }

  /**
   * Reads a picture; of a GIF the first one.
   *
   * @throws JacquardException naming the file and what is wrong with it
   */
  public BufferedImage read(Path path) {
    // At once: virtual threads pay for each of many small reads.
    var bytes = bytes(path);
    var format = format(path, bytes);
    if (format == Format.BMP) requirePlain(path, bytes);
    var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    return withReader(path, format, in, bytes.length, reader -> {
      if (format == Format.PNG) PngChunks.requireWhole(new ByteArrayInputStream(bytes));
      var warnings = new ArrayList<String>();
      reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning.toLowerCase(Locale.ROOT)));
      var decoded = reader.read(0);
      // The JPEG reader fills what is missing with grey, and only warns.
      if (warnings.stream().anyMatch(w -> w.contains("premature") || w.contains("truncated")))
        throw new IOException("it ends too early");
      return decoded;
    });
  }

  /**
   * Looks at the beginning of a file: whether it is a picture, and how large.
   *
   * @throws JacquardException if it cannot be one; what is wrong further on is found by {@link #read}
   */
  public void check(Path path) {
    FileProblem.requireFile(path, "a picture");
    try (var in = new FileImageInputStream(path.toFile())) {
      var start = new byte[8];
      int length = Math.max(0, in.read(start));
      in.seek(0);
      withReader(path, format(path, Arrays.copyOf(start, length)), in, in.length(),
          reader -> reader.getWidth(0));
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  private byte[] bytes(Path path) {
    FileProblem.requireFile(path, "a " + names() + " picture");
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new JacquardException(
            path + " has " + Files.size(path) + " bytes, expected a picture of at most "
                + MOST_BYTES + ". Make it smaller first.");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  private interface Use<T> {
    T of(ImageReader reader) throws IOException;
  }

  private <T> T withReader(Path path, Format format, ImageInputStream in, long bytes, Use<T> use) {
    ImageReader reader;
    try {
      reader = format.readers.createReaderInstance();
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be decoded", e);
    }
    try {
      reader.setInput(in, true, true);
      requireReasonable(path, reader.getWidth(0), reader.getHeight(0), bytes);
      return use.of(reader);
    } catch (IOException e) {
      throw damaged(path, format, FileProblem.reason(e), e);
    } catch (JacquardException e) {
      throw e;
    } catch (RuntimeException e) {
      // The JDK's decoders throw these, of many kinds, on damaged data.
      throw damaged(path, format, String.valueOf(e.getMessage()), e);
    } finally {
      reader.dispose();
    }
  }

  private void requireReasonable(Path path, long width, long height, long bytes) {
    if (width * height > mostPixels) {
      throw new JacquardException(path + " has " + width + " x " + height + " pixels, expected at most "
          + mostPixels / 1_000_000 + " million. Make it smaller first.");
    }
    if (width * height > Math.max(ALWAYS_ALLOWED, MOST_PIXELS_A_BYTE * bytes)) {
      throw new JacquardException(path + " has " + width + " x " + height + " pixels in " + bytes
          + " bytes, expected at most " + MOST_PIXELS_A_BYTE + " to a byte. Make it smaller first.");
    }
  }

  private static void requirePlain(Path path, byte[] bmp) {
    if (bmp.length < BMP_COMPRESSION + Integer.BYTES) return; // too short to be one, as its decoder will say
    int compression = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).getInt(BMP_COMPRESSION);
    if (compression > BMP_BIT_FIELDS) {
      throw new JacquardException(path + " is a BMP picture with another one inside (compression "
          + compression + "). Save it as a PNG.");
    }
  }

  private static JacquardException damaged(Path path, Format format, String why, Exception e) {
    return new JacquardException(
        path + " cannot be read as a " + format + " picture: " + why.replaceFirst("[.!]+$", "")
            + ". Is the file whole?",
        e);
  }

  private Format format(Path path, byte[] start) {
    if (start.length == 0)
      throw new JacquardException(path + " is empty, expected a " + names() + " picture.");
    for (var format : formats) {
      if (format.begins(start)) return format;
    }
    throw new JacquardException(path + " is no " + names() + " picture. Convert it to one of them.");
  }

  /** {@code PNG, JPEG or GIF}. */
  private String names() {
    var all = formats.stream().limit(formats.size() - 1L).map(Enum::name).collect(Collectors.joining(", "));
    return all + " or " + formats.getLast();
  }
}
