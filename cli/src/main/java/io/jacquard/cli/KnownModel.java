package io.jacquard.cli;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.data.Digits;
import io.jacquard.models.ImageModels;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.models.Models;
import io.jacquard.models.VariationalAutoencoder;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A ready-made network, with what it takes and what it is trained by, for who wants to try it without any data.
 *
 * @param task the tasks of {@code jacquard train} that know it
 * @param name among those of its task
 * @param sample the shape of one sample's input, in a batch
 */
record KnownModel(String task, String name, Shape sample, DType type, Supplier<Module> make, int classes,
    Loss loss) {
  private static final int CLASSES = 10;
  /** Of Tiny Shakespeare. */
  private static final int CHARACTERS = 65;

  static List<KnownModel> all() {
    var all = new ArrayList<KnownModel>();
    for (var name : Models.names())
      all.add(new KnownModel(MnistTask.NAME, name, Shape.of(1, 1, Digits.SIDE, Digits.SIDE), DType.FLOAT32,
          () -> Models.named(name), CLASSES, digitLoss(name)));
    for (var name : ImageModels.names()) {
      long side = ImageModels.side(name);
      all.add(new KnownModel(ImageTask.CIFAR10 + ", " + ImageTask.IMAGES, name, Shape.of(1, 3, side, side),
          DType.FLOAT32, () -> ImageModels.named(name, 3, CLASSES), CLASSES, Loss.crossEntropy()));
    }
    for (var name : LanguageModels.names()) {
      var usual = TextRecipe.of(name).sizes();
      var sizes = new LanguageModelSizes(CHARACTERS, usual.layers(), usual.heads(), usual.width(),
          usual.context(), 0);
      all.add(new KnownModel(TextTask.NAME, name, Shape.of(1, sizes.context()), DType.INT64,
          () -> LanguageModels.named(name, sizes), CHARACTERS, TextTask.loss(CHARACTERS)));
    }
    return all;
  }

  /** All of them, by a name for each: where two tasks have one of the same name, the second is {@code text-lstm}. */
  static Map<String, KnownModel> byLabel() {
    var map = new LinkedHashMap<String, KnownModel>();
    for (var model : all()) {
      if (map.putIfAbsent(model.name, model) != null) map.put(model.task + "-" + model.name, model);
    }
    return map;
  }

  /** The name among {@link #byLabel} of a task's model. */
  static String label(String task, String name) {
    var own = task + "-" + name;
    return byLabel().containsKey(own) ? own : name;
  }

  private static Loss digitLoss(String name) {
    return switch (name) {
      case "autoencoder" -> Loss.bceWithLogits();
      case "vae" -> VariationalAutoencoder.objective();
      default -> Loss.crossEntropy();
    };
  }

  /** Samples that mean nothing, drawn on the host, on the current device. */
  Batch batch(int size, long seed) {
    var random = new SplittableRandom(seed);
    var sizes = sample.sizes();
    sizes[0] = size;
    var shape = Shape.of(sizes);
    int n = Math.toIntExact(shape.numel());
    if (type == DType.INT64) {
      return new Batch(Tensor.of(random.longs(n, 0, classes).toArray()).reshape(sizes),
          Tensor.of(random.longs(n, 0, classes).toArray()).reshape(sizes));
    }
    var pixels = new float[n];
    for (int i = 0; i < n; i++) pixels[i] = (float) random.nextDouble();
    var x = Tensor.of(pixels, shape);
    return new Batch(x, AutoencoderTask.MODELS.contains(name)
        ? x.flatten(1)
        : Tensor.of(random.longs(size, 0, classes).toArray()));
  }
}
