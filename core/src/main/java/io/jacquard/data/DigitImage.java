package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/**
 * A picture of a digit from a PNG or JPEG file, made ready as MNIST's pictures are.
 *
 * <pre>{@code
 * byte[] pixels = DigitImage.read(Path.of("seven.png"));   // 28x28, 0 is paper, 255 is ink
 * }</pre>
 *
 * <p>Colours become grey, transparent parts white paper, and dark ink on light paper is turned round (the picture's
 * border tells which it is). A picture of 28x28 is then taken as it is. Any other is prepared as <a
 * href="http://yann.lecun.com/exdb/mnist/">MNIST was</a>; see {@link DigitFit}.
 */
public final class DigitImage {
  /** Beyond this, a picture is refused before it is decoded: 25 megapixels. */
  static final long MOST_PIXELS = 25_000_000;
  private static final int[] PNG = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  private static final int[] JPEG = {0xff, 0xd8, 0xff};

  private DigitImage() {}

  /**
   * Reads a picture.
   *
   * @return 28x28 bytes, row by row
   * @throws JacquardException naming the file and what is wrong with it
   */
  public static byte[] read(Path path) {
    var format = format(path);
    var reader = ImageIO.getImageReadersByFormatName(format).next();
    try (var in = new FileImageInputStream(path.toFile())) {
      reader.setInput(in, true, true);
      requireReasonable(path, reader);
      if (format.equals("png")) PngChunks.requireWhole(path);
      var warnings = new ArrayList<String>();
      reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
      var grey = grey(reader.read(0));
      // The JPEG reader fills what is missing with grey, and only warns.
      if (warnings.stream().anyMatch(DigitImage::saysTruncated))
        throw damaged(path, format, "it ends too early");
      return DigitFit.fit(path.toString(), grey);
    } catch (IOException e) {
      throw damaged(path, format, FileProblem.reason(e));
    } catch (RuntimeException e) {
      if (e instanceof JacquardException) throw e;
      // The JDK's decoders throw these, of many kinds, on damaged data.
      throw damaged(path, format, String.valueOf(e.getMessage()));
    } finally {
      reader.dispose();
    }
  }

  private static JacquardException damaged(Path path, String format, String why) {
    return new JacquardException(
        path + " cannot be read as a " + format.toUpperCase(Locale.ROOT) + " picture: " + why
            + ". Is the file whole?");
  }

  private static boolean saysTruncated(String warning) {
    var text = warning.toLowerCase(Locale.ROOT);
    return text.contains("premature") || text.contains("truncated");
  }

  private static String format(Path path) {
    if (Files.isDirectory(path))
      throw new JacquardException(path + " is a folder, expected a PNG or JPEG picture.");
    byte[] start;
    try (var in = Files.newInputStream(path)) {
      start = in.readNBytes(PNG.length);
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
    if (start.length == 0) throw new JacquardException(path + " is empty, expected a PNG or JPEG picture.");
    if (startsWith(start, PNG)) return "png";
    if (startsWith(start, JPEG)) return "jpeg";
    throw new JacquardException(path + " is neither a PNG nor a JPEG picture. Convert it to one of them.");
  }

  private static boolean startsWith(byte[] bytes, int[] magic) {
    if (bytes.length < magic.length) return false;
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) return false;
    }
    return true;
  }

  private static void requireReasonable(Path path, ImageReader reader) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width * height > MOST_PIXELS) {
      throw new JacquardException(path + " has " + width + " x " + height + " pixels, expected at most "
          + MOST_PIXELS / 1_000_000 + " million. Make it smaller first.");
    }
  }

  /** A grey picture: luminance by ITU-R BT.601, over white where it is transparent. */
  private static DigitFit.Grey grey(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    var grey = new byte[width * height];
    var model = image.getColorModel();
    // getRGB would take a grey picture's values for linear light, and brighten them all.
    boolean plain = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && !(model instanceof IndexColorModel);
    var row = new int[width];
    for (int y = 0; y < height; y++) {
      if (plain)
        greyRow(image, y, row);
      else
        image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) grey[y * width + x] = (byte) overWhite(row[x]);
    }
    return new DigitFit.Grey(grey, width, height);
  }

  private static void greyRow(BufferedImage image, int y, int[] row) {
    var raster = image.getRaster();
    var samples = raster.getSampleModel();
    long most = (1L << samples.getSampleSize(0)) - 1;
    boolean alpha = samples.getNumBands() > 1;
    for (int x = 0; x < row.length; x++) {
      int grey = (int) (raster.getSample(x, y, 0) * 255L / most);
      int opaque = alpha ? (int) (raster.getSample(x, y, 1) * 255L / most) : 255;
      row[x] = opaque << 24 | grey * 0x10101;
    }
  }

  private static int overWhite(int argb) {
    int alpha = argb >>> 24;
    int luminance = (299 * (argb >> 16 & 0xff) + 587 * (argb >> 8 & 0xff) + 114 * (argb & 0xff) + 500) / 1000;
    return (luminance * alpha + 255 * (255 - alpha) + 127) / 255;
  }
}
