package io.jacquard.data.image;

import io.jacquard.JacquardException;

/** Transforms that look at one place of a picture at a time. */
final class Pointwise {
  private Pointwise() {}

  static Transform normalize(double[] mean, double[] std) {
    if (mean.length != std.length || mean.length == 0) {
      throw new JacquardException("normalize: " + mean.length + " means and " + std.length
          + " deviations, expected one of each for all channels, or for each.");
    }
    for (double deviation : std) {
      if (!(deviation > 0))
        throw new JacquardException("normalize: a deviation is " + deviation + ", expected above 0.");
    }
    var means = mean.clone();
    var deviations = std.clone();
    return (image, _) -> {
      if (means.length != 1 && means.length != image.channels()) {
        throw new JacquardException("normalize: means for " + means.length + " channels, but the picture has "
            + image.channels() + ".");
      }
      var values = new float[image.values().length];
      int plane = image.height() * image.width();
      for (int i = 0; i < values.length; i++) {
        int channel = means.length == 1 ? 0 : i / plane;
        values[i] = (float) ((image.values()[i] - means[channel]) / deviations[channel]);
      }
      return new Image(image.channels(), image.height(), image.width(), values);
    };
  }

  static Transform grayscale() {
    return (image, _) -> {
      if (image.channels() == 1) return image;
      if (image.channels() != 3) {
        throw new JacquardException(
            "grayscale: the picture has " + image.channels() + " channels, expected 1 or 3.");
      }
      int plane = image.height() * image.width();
      var rgb = image.values();
      var values = new float[plane];
      for (int i = 0; i < plane; i++)
        values[i] = 0.299f * rgb[i] + 0.587f * rgb[plane + i] + 0.114f * rgb[2 * plane + i];
      return new Image(1, image.height(), image.width(), values);
    };
  }
}
