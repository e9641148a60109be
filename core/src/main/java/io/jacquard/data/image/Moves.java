package io.jacquard.data.image;

import io.jacquard.JacquardException;

/** Transforms that take each pixel from some other place: crops, flips, rotations; and erasing. */
final class Moves {
  private static final double[] ERASED_AREA = {0.02, 0.33};
  private static final double[] ERASED_RATIO = {0.3, 3.3};
  private static final int ATTEMPTS = 10;

  /** Where the pixel at (y, x) comes from: {@code y * width + x}, or -1 for a zero. */
  private interface From {
    int at(int y, int x);
  }

  private Moves() {}

  private static Image move(Image image, int height, int width, From from) {
    var values = new float[image.channels() * height * width];
    int plane = image.height() * image.width();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int place = from.at(y, x);
        if (place < 0) continue;
        for (int c = 0; c < image.channels(); c++)
          values[(c * height + y) * width + x] = image.values()[c * plane + place];
      }
    }
    return new Image(image.channels(), height, width, values);
  }

  static Transform horizontalFlip(double probability) {
    requireProbability("randomHorizontalFlip", probability);
    return (image, draws) -> {
      if (!draws.chance(probability)) return image;
      int width = image.width();
      return move(image, image.height(), width, (y, x) -> y * width + width - 1 - x);
    };
  }

  static Transform verticalFlip(double probability) {
    requireProbability("randomVerticalFlip", probability);
    return (image, draws) -> {
      if (!draws.chance(probability)) return image;
      int width = image.width();
      int height = image.height();
      return move(image, height, width, (y, x) -> (height - 1 - y) * width + x);
    };
  }

  static Transform randomCrop(int size, int padding) {
    requireSize("randomCrop", size);
    if (padding < 0) throw new JacquardException("randomCrop: padding " + padding + ", expected 0 or more.");
    return (image, draws) -> {
      int rows = image.height() + 2 * padding - size;
      int columns = image.width() + 2 * padding - size;
      if (rows < 0 || columns < 0) {
        throw new JacquardException("randomCrop: a picture of " + image.height() + " x " + image.width()
            + " with padding " + padding + " is smaller than " + size + " x " + size
            + ". Add a resize before it.");
      }
      return crop(image, draws.below(rows + 1) - padding, draws.below(columns + 1) - padding, size, size);
    };
  }

  static Transform centerCrop(int height, int width) {
    requireSize("centerCrop", Math.min(height, width));
    return (image, _) -> crop(image, (int) Math.rint((image.height() - height) / 2.0),
        (int) Math.rint((image.width() - width) / 2.0), height, width);
  }

  private static Image crop(Image image, int top, int left, int height, int width) {
    if (top == 0 && left == 0 && height == image.height() && width == image.width()) return image;
    return move(image, height, width, (y, x) -> place(image, y + top, x + left));
  }

  /** The place in a plane, or -1 outside of the picture. */
  private static int place(Image image, int y, int x) {
    boolean inside = y >= 0 && y < image.height() && x >= 0 && x < image.width();
    return inside ? y * image.width() + x : -1;
  }

  static Transform randomRotation(double degrees) {
    if (!(degrees >= 0 && degrees <= 180))
      throw new JacquardException("randomRotation: " + degrees + " degrees, expected 0 to 180.");
    return (image, draws) -> rotate(image, draws.uniform(-degrees, degrees));
  }

  /** Counter-clockwise round the middle. */
  static Image rotate(Image image, double degrees) {
    double sine = StrictMath.sin(Math.toRadians(degrees));
    double cosine = StrictMath.cos(Math.toRadians(degrees));
    double middleY = (image.height() - 1) / 2.0;
    double middleX = (image.width() - 1) / 2.0;
    return move(image, image.height(), image.width(), (y, x) -> {
      double dy = y - middleY;
      double dx = x - middleX;
      return place(image, (int) Math.rint(middleY + sine * dx + cosine * dy),
          (int) Math.rint(middleX + cosine * dx - sine * dy));
    });
  }

  static Transform randomErasing(double probability) {
    requireProbability("randomErasing", probability);
    double low = StrictMath.log(ERASED_RATIO[0]);
    double high = StrictMath.log(ERASED_RATIO[1]);
    return (image, draws) -> {
      if (!draws.chance(probability)) return image;
      for (int i = 0; i < ATTEMPTS; i++) {
        double area = image.height() * image.width() * draws.uniform(ERASED_AREA[0], ERASED_AREA[1]);
        double ratio = StrictMath.exp(draws.uniform(low, high));
        int height = (int) Math.rint(Math.sqrt(area * ratio));
        int width = (int) Math.rint(Math.sqrt(area / ratio));
        if (height >= image.height() || width >= image.width()) continue;
        int top = draws.below(image.height() - height + 1);
        int left = draws.below(image.width() - width + 1);
        return move(image, image.height(), image.width(),
            (y, x) -> y >= top && y < top + height && x >= left && x < left + width
                ? -1
                : y * image.width() + x);
      }
      return image;
    };
  }

  private static void requireProbability(String name, double probability) {
    if (!(probability >= 0 && probability <= 1))
      throw new JacquardException(name + ": probability " + probability + ", expected 0 to 1.");
  }

  static void requireSize(String name, int size) {
    if (size < 1) throw new JacquardException(name + ": size " + size + ", expected 1 or more.");
  }
}
