package io.jacquard.data;

import static io.jacquard.data.Digits.PIXELS;
import static io.jacquard.data.Digits.SIDE;

import io.jacquard.JacquardException;

/**
 * Fits a grey picture of a digit into 28x28 pixels as the makers of MNIST did: the ink's box is scaled to fit 20x20, its
 * proportions kept, and placed so that the ink's centre of mass is in the middle.
 */
final class DigitFit {
  /** The longer side of the ink's box. */
  private static final int BOX = 20;
  /** Where MNIST's pictures have their centre of mass, give or take half a pixel: in the middle of pixel 14. */
  static final double CENTRE = SIDE / 2 + 0.5;
  /** With less between the lightest and the darkest, there is nothing to read. */
  private static final int LEAST_CONTRAST = 32;
  /** What is beyond this part of the way from paper to ink belongs to the box; the rest is the paper's grain. */
  private static final double INK = 0.2;

  /** A grey picture, row by row; which of dark and light is the ink is open. */
  record Grey(byte[] pixels, int width, int height) {
    int at(int x, int y) {
      return pixels[y * width + x] & 0xff;
    }

    /** The mean of the outermost pixels, which are paper. */
    double border() {
      long sum = 0;
      long count = 0;
      for (int y = 0; y < height; y++) {
        boolean edge = y == 0 || y == height - 1;
        for (int x = 0; x < width; x += edge || width == 1 ? 1 : width - 1) {
          sum += at(x, y);
          count++;
        }
      }
      return (double) sum / count;
    }

    Grey inverted() {
      var turned = new byte[pixels.length];
      for (int i = 0; i < turned.length; i++) turned[i] = (byte) ~pixels[i];
      return new Grey(turned, width, height);
    }
  }

  private DigitFit() {}

  /** Light ink on black, 28x28; {@code name} is what messages call the picture. */
  static byte[] fit(String name, Grey picture) {
    var light = picture.border() > 127.5 ? picture.inverted() : picture;
    double paper = light.border();
    int ink = 0;
    for (byte pixel : light.pixels) ink = Math.max(ink, pixel & 0xff);
    if (ink - paper < LEAST_CONTRAST) {
      throw new JacquardException(name
          + " looks blank: nothing in it stands out from its border. Expected one digit, dark on light or light on dark, "
          + "with some paper around it.");
    }
    return light.width == SIDE && light.height == SIDE
        ? light.pixels
        : centre(shrink(stretch(light, paper, ink)));
  }

  /** Paper to 0, the strongest ink to 1, cropped to the ink. */
  private static Ink stretch(Grey light, double paper, int ink) {
    double threshold = paper + INK * (ink - paper);
    int left = light.width;
    int right = 0;
    int top = light.height;
    int bottom = 0;
    for (int y = 0; y < light.height; y++) {
      for (int x = 0; x < light.width; x++) {
        if (light.at(x, y) > threshold) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    var cropped = new Ink(right - left, bottom - top);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++)
        cropped.values[(y - top) * cropped.width + x - left] = (float) Math.clamp(
            (light.at(x, y) - paper) / (ink - paper),
            0, 1);
    }
    return cropped;
  }

  /** Ink from 0 to 1. */
  private record Ink(float[] values, int width, int height) {
    Ink(int width, int height) {
      this(new float[width * height], width, height);
    }
  }

  /** Scales the box so that its longer side is 20 pixels: each new pixel is the mean of the area it covers. */
  private static Ink shrink(Ink box) {
    double scale = (double) BOX / Math.max(box.width, box.height);
    var small = new Ink(Math.max(1, (int) Math.round(box.width * scale)),
        Math.max(1, (int) Math.round(box.height * scale)));
    double stepX = (double) box.width / small.width;
    double stepY = (double) box.height / small.height;
    for (int y = 0; y < small.height; y++) {
      for (int x = 0; x < small.width; x++)
        small.values[y * small.width
            + x] = (float) (sum(box, x * stepX, (x + 1) * stepX, y * stepY, (y + 1) * stepY)
                / (stepX * stepY));
    }
    return small;
  }

  /** The sum over a rectangle whose edges may cut through pixels. */
  private static double sum(Ink box, double left, double right, double top, double bottom) {
    double sum = 0;
    for (int y = (int) top; y < Math.min(box.height, bottom); y++) {
      double high = Math.min(bottom, y + 1) - Math.max(top, y);
      for (int x = (int) left; x < Math.min(box.width, right); x++)
        sum += high * (Math.min(right, x + 1) - Math.max(left, x)) * box.values[y * box.width + x];
    }
    return sum;
  }

  private static byte[] centre(Ink ink) {
    double mass = 0;
    double massX = 0;
    double massY = 0;
    for (int y = 0; y < ink.height; y++) {
      for (int x = 0; x < ink.width; x++) {
        double value = ink.values[y * ink.width + x];
        mass += value;
        massX += value * (x + 0.5);
        massY += value * (y + 0.5);
      }
    }
    int left = Math.clamp(Math.round(CENTRE - massX / mass), 0, SIDE - ink.width);
    int top = Math.clamp(Math.round(CENTRE - massY / mass), 0, SIDE - ink.height);
    var pixels = new byte[PIXELS];
    for (int y = 0; y < ink.height; y++) {
      for (int x = 0; x < ink.width; x++)
        pixels[(top + y) * SIDE + left + x] = (byte) Math.round(255 * ink.values[y * ink.width + x]);
    }
    return pixels;
  }
}
