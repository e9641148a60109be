package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.image.Image;
import io.jacquard.data.image.ImageFile;
import io.jacquard.data.image.ImageSource;
import io.jacquard.data.image.Transform;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How pictures are made ready for a network; it is saved with the model, so that a prediction does the same.
 *
 * @param side of the square that they are resized to
 * @param mean of each channel, red, green and blue from 0 to 1
 * @param std the standard deviation of each channel
 * @param augment whether those to train with are mirrored and moved at random
 */
record ImagePreparation(int side, double[] mean, double[] std, boolean augment) {
  static final int CHANNELS = 3;
  private static final int MOST_SIDE = 4096;
  private static final double[] CIFAR_MEAN = {0.4914, 0.4822, 0.4465};
  private static final double[] CIFAR_STD = {0.2470, 0.2435, 0.2616};
  private static final double[] IMAGENET_MEAN = {0.485, 0.456, 0.406};
  private static final double[] IMAGENET_STD = {0.229, 0.224, 0.225};

  static ImagePreparation cifar10(boolean augment) {
    return new ImagePreparation(32, CIFAR_MEAN, CIFAR_STD, augment);
  }

  /** By ImageNet's means and deviations, as is usual for photographs. */
  static ImagePreparation photographs(int side, boolean augment) {
    return new ImagePreparation(side, IMAGENET_MEAN, IMAGENET_STD, augment);
  }

  Transform plain() {
    return Transform.compose(resize(), Transform.normalize(mean, std));
  }

  /** Mirrored half of the time, and moved by up to an eighth of the side, zeros coming in. */
  Transform forTraining() {
    if (!augment) return plain();
    return Transform.compose(resize(), Transform.randomCrop(side, Math.max(1, side / 8)),
        Transform.randomHorizontalFlip(0.5), Transform.normalize(mean, std));
  }

  /** Of a picture that has the size already, nothing. */
  private Transform resize() {
    var resize = Transform.resize(side, side);
    return (image, draws) -> image.height() == side && image.width() == side
        ? image
        : resize.apply(image, draws);
  }

  Map<String, String> metadata() {
    return new HashMap<>(Map.of("side", Integer.toString(side), "mean", text(mean), "std", text(std)));
  }

  static ImagePreparation of(Path file, Map<String, String> metadata) {
    try {
      var prepared = new ImagePreparation(Integer.parseInt(PredictCommand.required(file, metadata, "side")),
          numbers(PredictCommand.required(file, metadata, "mean")),
          numbers(PredictCommand.required(file, metadata, "std")), false);
      if (prepared.side < 1 || prepared.side > MOST_SIDE || prepared.mean.length != CHANNELS
          || prepared.std.length != CHANNELS) {
        throw new JacquardException(
            file + " does not say how pictures are made ready: a side of " + prepared.side
                + ", " + prepared.mean.length + " means and " + prepared.std.length
                + " deviations, expected 1 to "
                + MOST_SIDE + ", and " + CHANNELS + " of each.");
      }
      return prepared;
    } catch (NumberFormatException e) {
      throw new JacquardException(file + " does not say how pictures are made ready: " + e.getMessage()
          + ". Use a file that 'jacquard train' has saved.", e);
    }
  }

  /** A picture as the network takes it. */
  Image read(Path picture) {
    return new OneFile(picture).dataset(plain()).image(0, 0);
  }

  /** A picture whose class is not known. */
  private record OneFile(Path picture) implements ImageSource {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Image image(int number) {
      return ImageFile.read(picture, false);
    }

    @Override
    public int[] labels() {
      return new int[1];
    }

    @Override
    public List<String> classes() {
      return List.of("");
    }

    @Override
    public String name(int number) {
      return picture.toString();
    }
  }

  private static String text(double[] values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(","));
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
  }
}
