package io.jacquard.cli;

import io.jacquard.optim.Adadelta;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What to train and how; every value is one that can work.
 *
 * @param gamma the learning rate is multiplied by it after each epoch
 * @param out the folder for what is learned; null for a new one below {@code runs}
 * @param report a further file for the figures
 * @param keep what is saved while it goes on
 */
record TrainSettings(String task, String model, int epochs, int batch, double lr, double gamma,
    String optimizer, long seed,
    @Nullable Path out, @Nullable Path report, boolean quiet, Keep keep) {
  static final List<String> OPTIMIZERS = List.of("adam", "sgd", "adadelta");

  /** What is usual for an optimizer. */
  static double usualLr(String optimizer) {
    return switch (optimizer) {
      case "sgd" -> 0.1;
      case "adadelta" -> 1;
      default -> 1e-3;
    };
  }

  Rule rule() {
    return switch (optimizer) {
      case "sgd" -> SGD.of(lr);
      case "adadelta" -> Adadelta.of(lr);
      default -> Adam.of(lr);
    };
  }

  /** The options that shape the result, by their names on the command line. */
  SequencedMap<String, Object> toMap(int epochs, int batch) {
    var map = new LinkedHashMap<String, Object>();
    map.put("model", model);
    map.put("epochs", epochs);
    map.put("batch", batch);
    map.put("lr", lr);
    map.put("gamma", gamma);
    map.put("optimizer", optimizer);
    map.put("seed", seed);
    return map;
  }
}
