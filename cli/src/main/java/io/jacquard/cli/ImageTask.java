package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.Split;
import io.jacquard.data.image.ImageDataset;
import io.jacquard.data.image.ImageSource;
import io.jacquard.data.image.Mix;
import io.jacquard.data.image.Transform;
import io.jacquard.models.ImageModels;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jacquard train cifar10} and {@code train images} train on: pictures in class folders.
 *
 * @param pictures what was found
 * @param prepare how pictures are made ready
 * @param mixes how those of a batch are mixed
 */
record ImageTask(TrainSettings settings, ImagePictures pictures, ImagePreparation prepare, Mixes mixes,
    List<int[]> parts) implements Task {
  static final String CIFAR10 = "cifar10";
  static final String IMAGES = "images";
  /** The part of the training pictures that is held back to watch the training with. */
  private static final double WATCHED = 0.05;

  static ImageTask of(TrainSettings settings, ImagePictures pictures, ImagePreparation prepare,
      Mixes mixes) {
    var parts = Split.stratified(pictures.train().labels(), settings.seed(), 1 - WATCHED, WATCHED);
    return new ImageTask(settings, pictures, prepare, mixes, parts);
  }

  @Override
  public String describe() {
    var text = "Data: " + pictures.source() + " · " + Format.count(parts.getFirst().length)
        + " to train with, " + Format.count(parts.get(1).length) + " to watch with, "
        + Format.count(pictures.testSize()) + " to test with, " + classes().size() + " classes";
    var skipped = pictures.skipped();
    return skipped.isEmpty() ? text
        : text + "\n      " + skipped.size() + " left out: " + skipped.getFirst();
  }

  private List<String> classes() {
    return pictures.train().classes();
  }

  @Override
  public String source() {
    return pictures.source();
  }

  @Override
  public boolean generated() {
    return false;
  }

  @Override
  public String samples() {
    return "images";
  }

  @Override
  public Module model() {
    return ImageModels.named(settings.model(), ImagePreparation.CHANNELS, classes().size());
  }

  @Override
  public Shape sample() {
    return Shape.of(1, ImagePreparation.CHANNELS, prepare.side(), prepare.side());
  }

  @Override
  public Loss loss() {
    return Loss.crossEntropy();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.accuracy());
  }

  @Override
  public int epochs() {
    return settings.epochs();
  }

  @Override
  public int batch() {
    return settings.batch();
  }

  private static ImageDataset dataset(ImageSource source, Transform transform) {
    return source.dataset(transform);
  }

  @Override
  public Dataset train() {
    return dataset(pictures.train(), prepare.forTraining()).subset(parts.getFirst());
  }

  @Override
  public @Nullable Mix mix() {
    return mixes.of(classes().size());
  }

  @Override
  public Fit watched(Fit fit) {
    return fit.validation(dataset(pictures.train(), prepare.plain()).subset(parts.get(1)));
  }

  @Override
  public Dataset test() {
    return pictures.test(prepare.plain());
  }

  @Override
  public String details(Evaluation test) {
    return "";
  }

  @Override
  public Map<String, String> metadata() {
    var metadata = prepare.metadata();
    metadata.put("model", settings.model());
    metadata.put("task", settings.task());
    metadata.put("classes", String.join("\n", classes()));
    metadata.put("version", Version.jacquard());
    return metadata;
  }

  @Override
  public SequencedMap<String, Object> options() {
    var options = settings.toMap(settings.epochs(), settings.batch());
    options.put("size", prepare.side());
    options.put("augment", prepare.augment());
    mixes.addTo(options);
    return options;
  }
}
