package io.jacquard.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.file.Path;
import java.util.List;

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
  private static final PictureFile PICTURES = new PictureFile(
      List.of(PictureFile.Format.PNG, PictureFile.Format.JPEG), 25_000_000);

  private DigitImage() {}

  /**
   * Reads a picture.
   *
   * @return 28x28 bytes, row by row
   * @throws io.jacquard.JacquardException naming the file and what is wrong with it; more than 25 megapixels are refused
   */
  public static byte[] read(Path path) {
    return DigitFit.fit(path.toString(), grey(PICTURES.read(path)));
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
