package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.Digits;
import io.jacquard.data.Mnist;
import io.jacquard.models.DeepNetwork;
import io.jacquard.models.Models;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jacquard train mnist} trains on: pictures of handwritten digits, in ten classes.
 *
 * @param keepsAll whether a network of very many layers keeps what all of them give, instead of computing it again
 */
record MnistTask(TrainSettings settings, Hidden hidden, Mnist data, boolean keepsAll) implements Task {
  static final String NAME = "mnist";
  static final List<String> CLASSES = IntStream.range(0, Digits.CLASSES).mapToObj(Integer::toString).toList();
  /** The part of the training set that is held back to watch the training with. */
  static final float VALIDATION_SPLIT = 0.1f;

  static MnistTask load(TrainSettings settings, Hidden hidden, @Nullable Path folder) {
    return new MnistTask(settings, hidden, Mnist.load(folder), false);
  }

  /** Where the data came from. Digits that no person wrote are called what they are. */
  @Override
  public String describe() {
    var counts = Format.count(data.train().size()) + " to train with, " + Format.count(data.test().size())
        + " to test with";
    return "Data: " + data.source() + " · " + counts + (data.generated()
        ? "\n      For real digits: --download, or the folder of MNIST's four files by --data DIR or JACQUARD_DATA."
        : "");
  }

  @Override
  public String source() {
    return data.source();
  }

  @Override
  public boolean generated() {
    return data.generated();
  }

  @Override
  public String samples() {
    return "images";
  }

  @Override
  public Module model() {
    var model = model(settings.model(), hidden);
    return keepsAll && model instanceof DeepNetwork deep ? deep.checkpointed(false) : model;
  }

  static Module model(String name, Hidden hidden) {
    return hidden.isUsual()
        ? Models.named(name)
        : Models.mlp(hidden.or(List.of(128)).sizes(), hidden.activation());
  }

  @Override
  public Shape sample() {
    return Shape.of(1, 1, Digits.SIDE, Digits.SIDE);
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

  @Override
  public Dataset train() {
    return data.train();
  }

  @Override
  public Fit watched(Fit fit) {
    return fit.validationSplit(VALIDATION_SPLIT);
  }

  @Override
  public Dataset test() {
    return data.test();
  }

  @Override
  public String details(Evaluation test) {
    return "";
  }

  @Override
  public Map<String, String> metadata() {
    var metadata = new HashMap<>(Map.of("model", settings.model(), "task", NAME, "classes",
        String.join(",", CLASSES), "version", Version.jacquard()));
    if (!hidden.isUsual()) metadata.putAll(hidden.metadata());
    return metadata;
  }

  @Override
  public SequencedMap<String, Object> options() {
    var options = settings.toMap(settings.epochs(), settings.batch());
    if (!hidden.isUsual()) hidden.addTo(options);
    if (keepsAll) options.put("keep-activations", true);
    return options;
  }
}
