package io.jacquard.data.image;

import java.util.List;

/**
 * Changes a picture before it is trained on. The names and defaults are torchvision's.
 *
 * <pre>{@code
 * var pictures = ImageFolder.open(folder);
 * var train = pictures.dataset(Transform.randomCrop(32, 4), Transform.randomHorizontalFlip(0.5),
 *     Transform.normalize(new double[] {0.49, 0.48, 0.45}, new double[] {0.25, 0.24, 0.26}));
 * }</pre>
 *
 * <p>Transforms run on the host, by the threads that read ahead: there the pictures arrive in all sizes, each one gets
 * random numbers of its own, and the device is left to the training. What a random one does to a sample follows from
 * seed, epoch and sample alone ({@link Draws}).
 */
@FunctionalInterface
public interface Transform {
  /** A changed picture; the given one stays as it is. */
  Image apply(Image image, Draws draws);

  /** Whether it may do something else to a picture in the next epoch; only of those named here it is known that they do not. */
  default boolean isRandom() {
    return true;
  }

  /** One after another. */
  static Transform compose(Transform... transforms) {
    return new Compose(List.of(transforms));
  }

  /** {@code (value - mean) / std}, with one mean and deviation for all channels. */
  static Transform normalize(double mean, double std) {
    return normalize(new double[]{mean}, new double[]{std});
  }

  /** {@code (value - mean) / std}, with a mean and a deviation for each channel. */
  static Transform normalize(double[] mean, double[] std) {
    return new Steady(Pointwise.normalize(mean, std));
  }

  /** One channel, by luminance (ITU-R BT.601): {@code 0.299 red + 0.587 green + 0.114 blue}. */
  static Transform grayscale() {
    return new Steady(Pointwise.grayscale());
  }

  /** Mirrored left to right, with a probability. */
  static Transform randomHorizontalFlip(double probability) {
    return Moves.horizontalFlip(probability);
  }

  /** Mirrored top to bottom, with a probability. */
  static Transform randomVerticalFlip(double probability) {
    return Moves.verticalFlip(probability);
  }

  /** A square somewhere in the picture, to which so many rows and columns of zeros are added on each side first. */
  static Transform randomCrop(int size, int padding) {
    return Moves.randomCrop(size, padding);
  }

  /** The middle; zeros are added where the picture is smaller. */
  static Transform centerCrop(int height, int width) {
    return new Steady(Moves.centerCrop(height, width));
  }

  /** Turned by an angle from {@code -degrees} to {@code degrees}; nearest pixels, zeros where there are none. */
  static Transform randomRotation(double degrees) {
    return Moves.randomRotation(degrees);
  }

  /**
   * With a probability, a rectangle of zeros: 2 to 33 percent of the area, from 0.3 to 3.3 times as high as wide (Zhong et
   * al.: Random Erasing Data Augmentation, 2020).
   */
  static Transform randomErasing(double probability) {
    return Moves.randomErasing(probability);
  }

  /** To a size, by linear interpolation that takes all pixels into account when it makes a picture smaller. */
  static Transform resize(int height, int width) {
    return new Steady(Resize.to(height, width));
  }

  /** To a size of the smaller side; the proportions are kept. */
  static Transform resize(int size) {
    return new Steady(Resize.smallerSide(size));
  }
}
