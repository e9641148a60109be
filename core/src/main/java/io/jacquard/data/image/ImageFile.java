package io.jacquard.data.image;

import io.jacquard.data.PictureFile;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture in a PNG, JPEG, BMP or GIF file (of which the first frame), whatever its name says.
 *
 * <pre>{@code
 * Image colour = ImageFile.read(Path.of("cat.jpg"), false);
 * }</pre>
 *
 * <p>A file that is damaged or ends early is refused, as is one of more than 100 megapixels. Transparency is ignored.
 */
public final class ImageFile {
  private static final PictureFile PICTURES = new PictureFile(List.of(PictureFile.Format.values()),
      100_000_000);

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @param grey for one channel, by luminance; otherwise there are three
   * @throws io.jacquard.JacquardException naming the file and what is wrong with it
   */
  public static Image read(Path path, boolean grey) {
    var image = values(PICTURES.read(path));
    return grey ? Transform.grayscale().apply(image, new Draws(0, 0, 0, 0)) : colour(image);
  }

  /** Looks at the beginning of a file: whether it is a picture, and how large. */
  static void check(Path path) {
    PICTURES.check(path);
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
