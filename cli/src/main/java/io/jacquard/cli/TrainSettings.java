package io.jacquard.cli;

import io.jacquard.optim.Adadelta;
import io.jacquard.optim.Adam;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.optim.Schedule;
import io.jacquard.train.Fit;
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
 * @param plan how it begins and moves, beyond the optimizer
 */
record TrainSettings(String task, String model, int epochs, int batch, double lr, double gamma,
    String optimizer, long seed,
    @Nullable Path out, @Nullable Path report, boolean quiet, Keep keep, Plan plan) {
  static final List<String> OPTIMIZERS = List.of("adam", "adamw", "sgd", "adadelta", "momentum");

  /** What is usual for an optimizer. */
  static double usualLr(String optimizer) {
    return switch (optimizer) {
      case "sgd", "momentum" -> 0.1;
      case "adadelta" -> 1;
      default -> 1e-3;
    };
  }

  Rule rule() {
    return switch (optimizer) {
      case "sgd" -> SGD.of(lr);
      case "momentum" -> SGD.of(lr).withMomentum(0.9).withNesterov().withWeightDecay(5e-4);
      case "adadelta" -> Adadelta.of(lr);
      case "adamw" -> AdamW.of(lr);
      default -> Adam.of(lr);
    };
  }

  /** How learning rates change, and over how many batches gradients are added up. */
  Fit paced(Fit fit) {
    var accumulated = fit.accumulate(plan.accumulate());
    if (keep.extras().movesRate()) return keep.extras().paced(accumulated, gamma);
    return plan.oneCycle()
        ? accumulated.schedulePerStep(OneCycle::of)
        : accumulated.schedulePerEpoch(Schedule.exponential(gamma));
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
    plan.addTo(map);
    return map;
  }
}
