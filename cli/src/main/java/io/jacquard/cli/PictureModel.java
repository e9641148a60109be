package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.DigitImage;
import io.jacquard.data.Digits;
import io.jacquard.data.image.Image;
import io.jacquard.io.ModelFile;
import io.jacquard.models.ImageModels;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A saved network that says what a picture shows, with what it needs to take pictures.
 *
 * @param prepare how pictures are made ready; null for digits
 */
record PictureModel(Path file, Module model, List<String> classes, @Nullable ImagePreparation prepare) {
  /** From no fewer numbers does a network for pictures tell classes. */
  private static final int FEATURES = 16;

  /** Loads what {@code jacquard train} has saved of a task with pictures. */
  static PictureModel load(Path file, Map<String, String> metadata) {
    var name = PredictCommand.required(file, metadata, "model");
    if (AutoencoderTask.MODELS.contains(name)) {
      throw new JacquardException(
          file + " draws pictures, and classifies nothing: it is of the model '" + name
              + "'. See " + AutoencoderTask.RECONSTRUCTIONS + " and " + AutoencoderTask.SAMPLES
              + " in its run's folder.");
    }
    boolean digits = metadata.getOrDefault("task", MnistTask.NAME).equals(MnistTask.NAME);
    var classes = List
        .of(PredictCommand.required(file, metadata, "classes").split(digits ? "," : "\n"));
    var prepare = digits ? null : ImagePreparation.of(file, metadata);
    var hidden = Hidden.of(file, metadata);
    if (!hidden.isUsual()) hidden.requireRoom(file, Digits.PIXELS, classes.size());
    Claims.requireRoom(file, (double) classes.size() * FEATURES);
    var model = digits ? MnistTask.model(name, hidden)
        : ImageModels.named(name, ImagePreparation.CHANNELS, classes.size());
    ModelFile.load(model, file);
    return new PictureModel(file, model, classes, prepare);
  }

  /** A picture as the network takes it. */
  Image read(Path picture) {
    if (prepare != null) return prepare.read(picture);
    var pixels = DigitImage.read(picture);
    var values = new float[Digits.PIXELS];
    for (int i = 0; i < values.length; i++) values[i] = (pixels[i] & 0xff) / 255f;
    return new Image(1, Digits.SIDE, Digits.SIDE, values);
  }

  /** A batch of one. */
  Tensor input(Image image) {
    return Tensor.of(image.values(), image.shape().insert(0, 1));
  }

  /** How likely each class is, of each sample: [N, classes]. */
  Tensor probabilities(Tensor x) {
    var probabilities = Trainer.of(model).predict(x).softmax(1);
    if (probabilities.size(1) != classes.size()) {
      throw new JacquardException(file + " names " + classes.size() + " classes, but its model gives "
          + probabilities.size(1) + ".");
    }
    return probabilities;
  }

  float[] probabilities(Image image) {
    try (var _ = Scope.open()) {
      return probabilities(input(image)).toFloats();
    }
  }

  /** Samples as pictures from 0 to 1, [N, C, H, W]. */
  Tensor visible(Tensor x) {
    return prepare == null ? x : x.mul(perChannel(prepare.std())).add(perChannel(prepare.mean()));
  }

  /** What a black picture is to the network, [C, H, W]. */
  Tensor black(Tensor x) {
    var zeros = Tensor.zerosLike(x.select(0, 0));
    return prepare == null
        ? zeros
        : zeros.sub(perChannel(prepare.mean()).squeeze(0)).div(perChannel(prepare.std()).squeeze(0));
  }

  private static Tensor perChannel(double[] values) {
    var floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
    return Tensor.of(floats, Shape.of(1, floats.length, 1, 1));
  }
}
