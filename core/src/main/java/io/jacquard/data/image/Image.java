package io.jacquard.data.image;

import io.jacquard.JacquardException;
import io.jacquard.Shape;

/**
 * A picture on the host, as models take it: channel by channel, row by row from the top left.
 *
 * <pre>{@code
 * var image = new Image(1, 2, 2, new float[] {0, 0.5f, 0.5f, 1});      // grey
 * float corner = image.at(0, 1, 1);
 * }</pre>
 *
 * @param channels 1 for grey, 3 for red, green and blue
 * @param values from 0 to 1 as they are read; not to be changed
 */
public record Image(int channels, int height, int width, float[] values) {
  public Image {
    if (values.length != (long) channels * height * width) {
      throw new JacquardException("Image: " + values.length + " values for " + channels + " x " + height
          + " x " + width + ", expected their product.");
    }
  }

  public float at(int channel, int y, int x) {
    return values[(channel * height + y) * width + x];
  }

  /** [channels, height, width] */
  public Shape shape() {
    return Shape.of(channels, height, width);
  }
}
