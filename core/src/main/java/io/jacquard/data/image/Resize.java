package io.jacquard.data.image;

/**
 * Linear interpolation whose filter widens when a picture is made smaller, so that every pixel counts: what PIL's
 * {@code BILINEAR} and PyTorch's {@code antialias=True} compute. Rows and columns are done one after the other.
 */
final class Resize {
  /** The first input and the weights of each output along one side. */
  private record Filter(int[] first, float[][] weights) {
    static Filter of(int from, int to) {
      double scale = (double) from / to;
      double reach = Math.max(scale, 1);
      var first = new int[to];
      var weights = new float[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        int begin = Math.max(0, (int) (centre - reach + 0.5));
        int end = Math.min(from, (int) (centre + reach + 0.5));
        var raw = new double[end - begin];
        double sum = 0;
        for (int j = 0; j < raw.length; j++)
          sum += raw[j] = Math.max(0, 1 - Math.abs((begin + j + 0.5 - centre) / reach));
        first[i] = begin;
        weights[i] = new float[raw.length];
        for (int j = 0; j < raw.length; j++) weights[i][j] = (float) (raw[j] / sum);
      }
      return new Filter(first, weights);
    }
  }

  private Resize() {}

  static Transform to(int height, int width) {
    Moves.requireSize("resize", Math.min(height, width));
    return (image, _) -> resize(image, height, width);
  }

  static Transform smallerSide(int size) {
    Moves.requireSize("resize", size);
    return (image, _) -> image.height() <= image.width()
        ? resize(image, size, (int) ((long) size * image.width() / image.height()))
        : resize(image, (int) ((long) size * image.height() / image.width()), size);
  }

  static Image resize(Image image, int height, int width) {
    if (height == image.height() && width == image.width()) return image;
    var wide = columns(image, width);
    if (height == image.height()) return wide;
    var filter = Filter.of(image.height(), height);
    var values = new float[image.channels() * height * width];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < height; y++) {
        var weights = filter.weights[y];
        int to = (c * height + y) * width;
        for (int j = 0; j < weights.length; j++) {
          int from = (c * image.height() + filter.first[y] + j) * width;
          for (int x = 0; x < width; x++) values[to + x] += weights[j] * wide.values()[from + x];
        }
      }
    }
    return new Image(image.channels(), height, width, values);
  }

  private static Image columns(Image image, int width) {
    if (width == image.width()) return image;
    var filter = Filter.of(image.width(), width);
    int rows = image.channels() * image.height();
    var values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      for (int x = 0; x < width; x++) {
        var weights = filter.weights[x];
        float sum = 0;
        for (int j = 0; j < weights.length; j++)
          sum += weights[j] * image.values()[row * image.width() + filter.first[x] + j];
        values[row * width + x] = sum;
      }
    }
    return new Image(image.channels(), image.height(), width, values);
  }
}
