package io.jacquard.data.image;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Pictures side by side in one PNG file, row by row, with a line of black between them.
 *
 * <pre>{@code
 * ImageGrid.write(Path.of("digits.png"), images, 10);      // [N, 1, 28, 28], ten in a row
 * }</pre>
 */
public final class ImageGrid {
  private static final int GAP = 1;

  private ImageGrid() {}

  /** A file with what {@link #png} gives. */
  public static void write(Path file, Tensor images, int columns) {
    AtomicFile.write(file, png(images, columns));
  }

  /** A whole PNG file, in memory, of what {@link #draw} gives. */
  public static byte[] png(Tensor images, int columns) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(draw(images, columns), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a stream of bytes has none
    }
    return bytes.toByteArray();
  }

  /**
   * The picture of all pictures.
   *
   * @param images [N, C, H, W] from 0 to 1, of one channel or of three; what lies outside is cut off
   * @param columns how many pictures a row has
   * @throws JacquardException if the shape is another, or there are no images
   */
  public static BufferedImage draw(Tensor images, int columns) {
    if (images.rank() != 4 || images.numel() == 0 || images.size(1) != 1 && images.size(1) != 3
        || columns < 1) {
      throw new JacquardException("ImageGrid: the images are " + images.shape() + " in " + columns
          + " columns, expected [N, C, H, W] of one channel or three, in 1 column or more.");
    }
    var values = images.toDoubles();
    int count = Math.toIntExact(images.size(0));
    int channels = Math.toIntExact(images.size(1));
    int height = Math.toIntExact(images.size(2));
    int width = Math.toIntExact(images.size(3));
    int rows = Math.ceilDiv(count, columns);
    var grid = new BufferedImage(columns * (width + GAP) - GAP, rows * (height + GAP) - GAP,
        BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < count; i++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            int place = ((i * channels + Math.min(c, channels - 1)) * height + y) * width + x;
            rgb = rgb << 8 | (int) Math.rint(255 * Math.clamp(values[place], 0.0, 1.0));
          }
          grid.setRGB(i % columns * (width + GAP) + x, i / columns * (height + GAP) + y, rgb);
        }
      }
    }
    return grid;
  }
}
