package io.jacquard.data.image;

import io.jacquard.JacquardException;
import io.jacquard.data.PngChunks;
import io.jacquard.io.FileProblem;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture in a PNG, JPEG, BMP or GIF file (of which the first frame), whatever its name says.
 *
 * <pre>{@code
 * Image colour = ImageFile.read(Path.of("cat.jpg"), false);
 * }</pre>
 *
 * <p>A file that is damaged or ends early is refused. Transparency is ignored.
 */
public final class ImageFile {
  /** Beyond this, a picture is refused before it is decoded: 100 megapixels. */
  static final long MOST_PIXELS = 100_000_000;

  /** What tells the formats apart. */
  private enum Format {
    PNG(0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a), JPEG(0xff, 0xd8, 0xff), BMP('B', 'M'),
    GIF('G', 'I', 'F', '8');

    private final int[] magic;
    /** Looked up once: the look-up costs more than a small picture. */
    private final ImageReaderSpi readers;

    Format(int... magic) {
      this.magic = magic;
      readers = ImageIO.getImageReadersByFormatName(name()).next().getOriginatingProvider();
    }

    boolean begins(byte[] file) {
      if (file.length < magic.length) return false;
      for (int i = 0; i < magic.length; i++) {
        if ((file[i] & 0xff) != magic[i]) return false;
      }
      return true;
    }
  }

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @param grey for one channel, by luminance; otherwise there are three
   * @throws JacquardException naming the file and what is wrong with it
   */
  public static Image read(Path path, boolean grey) {
    // At once: virtual threads pay for each of many small reads.
    var bytes = bytes(path);
    var format = format(path, bytes);
    var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    var image = withReader(path, format, in, reader -> {
      if (format == Format.PNG) PngChunks.requireWhole(new ByteArrayInputStream(bytes));
      var warnings = new ArrayList<String>();
      reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning.toLowerCase(Locale.ROOT)));
      var decoded = reader.read(0);
      // The JPEG reader fills what is missing with grey, and only warns.
      if (warnings.stream().anyMatch(w -> w.contains("premature") || w.contains("truncated")))
        throw new IOException("it ends too early");
      return decoded;
    });
    return grey ? Transform.grayscale().apply(values(image), new Draws(0, 0, 0, 0)) : colour(values(image));
  }

  /** Looks at the beginning of a file: whether it is a picture, and how large. */
  static void check(Path path) {
    try (var in = new FileImageInputStream(path.toFile())) {
      var start = new byte[8];
      int length = Math.max(0, in.read(start));
      in.seek(0);
      withReader(path, format(path, Arrays.copyOf(start, length)), in, reader -> reader.getWidth(0));
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  private interface Use<T> {
    T of(ImageReader reader) throws IOException;
  }

  private static <T> T withReader(Path path, Format format, ImageInputStream in, Use<T> use) {
    ImageReader reader;
    try {
      reader = format.readers.createReaderInstance();
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be decoded", e);
    }
    try {
      reader.setInput(in, true, true);
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (width * height > MOST_PIXELS) {
        throw new JacquardException(path + " has " + width + " x " + height + " pixels, expected at most "
            + MOST_PIXELS / 1_000_000 + " million. Make it smaller first.");
      }
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

  private static JacquardException damaged(Path path, Format format, String why, Exception e) {
    return new JacquardException(
        path + " cannot be read as a " + format + " picture: " + why + ". Is the file whole?", e);
  }

  private static Format format(Path path, byte[] start) {
    if (start.length == 0) throw new JacquardException(path + " is empty, expected a picture.");
    for (var format : Format.values()) {
      if (format.begins(start)) return format;
    }
    throw new JacquardException(path + " is no PNG, JPEG, BMP or GIF picture. Convert it to one of them.");
  }

  private static Image colour(Image image) {
    if (image.channels() == 3) return image;
    int plane = image.values().length;
    var values = new float[3 * plane];
    for (int c = 0; c < 3; c++) System.arraycopy(image.values(), 0, values, c * plane, plane);
    return new Image(3, image.height(), image.width(), values);
  }

  /** One channel of a grey picture, three of another. */
  private static Image values(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int plane = width * height;
    var model = image.getColorModel();
    // getRGB would take a grey picture's values for linear light, and brighten them all.
    if (model.getColorSpace().getType() == ColorSpace.TYPE_GRAY && !(model instanceof IndexColorModel)) {
      var raster = image.getRaster();
      float most = (1L << raster.getSampleModel().getSampleSize(0)) - 1;
      var grey = new float[plane];
      raster.getSamples(0, 0, width, height, 0, grey);
      for (int i = 0; i < plane; i++) grey[i] /= most;
      return new Image(1, height, width, grey);
    }
    var values = new float[3 * plane];
    var row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        values[at] = (row[x] >> 16 & 0xff) / 255f;
        values[plane + at] = (row[x] >> 8 & 0xff) / 255f;
        values[2 * plane + at] = (row[x] & 0xff) / 255f;
      }
    }
    return new Image(3, height, width, values);
  }
}
