package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.image.Mix;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ModelSummary;
import io.jacquard.nn.Module;
import io.jacquard.optim.Rule;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a run learns: its data, which is loaded, its model, and the words for both. */
interface Task {
  /** What the data is and where it came from, for people. */
  String describe();

  /** Where the data came from. */
  String source();

  /** Whether the program made the data itself. */
  boolean generated();

  /** What a sample is: {@code images}. */
  String samples();

  Module model();

  /** The shape of one sample's input, in a batch. */
  Shape sample();

  Loss loss();

  List<Metric> metrics();

  /** How long to train. */
  int epochs();

  int batch();

  Dataset train();

  /** What the layers give for one sample. */
  default ModelSummary summary(Module model) {
    return ModelSummary.of(model, sample());
  }

  /** How weights are updated: as was asked for, unless the task has an update of its own. */
  default Rule rule(TrainSettings settings) {
    return settings.rule();
  }

  /** How learning rates change: as was asked for, unless the task has a schedule of its own. */
  default Fit paced(Fit fit, TrainSettings settings) {
    return settings.paced(fit);
  }

  /** Whether the time that was given for the training is over, which is no interruption. */
  default boolean isTimeOver() {
    return false;
  }

  /** With what the training is watched. */
  Fit watched(Fit fit);

  Dataset test();

  /** How the samples of a batch are mixed in training; null for not at all. */
  default @Nullable Mix mix() {
    return null;
  }

  /** Draws what the model is worth looking at for into the run's folder; returns the files' names. */
  default List<String> draw(Module model, RunFolder folder) {
    return List.of();
  }

  /** What the test says beyond its figures; empty for nothing. */
  String details(Evaluation test);

  /** What is saved with the model, so that it can be used. */
  Map<String, String> metadata();

  /** The options that shape the result, by their names on the command line. */
  SequencedMap<String, Object> options();
}
