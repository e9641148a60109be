package io.jacquard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a training does beside training: options of all tasks, under Keras's names. */
final class ExtraOptions {
  @Option(names = "--early-stopping", paramLabel = "N", description = "Stop after N epochs in a row without a better --monitor.")
  private @Nullable Integer earlyStopping;

  @Option(names = "--reduce-on-plateau", paramLabel = "N", description = "Divide the learning rate by 10 after N epochs in a row without a better --monitor; in place of a schedule.")
  private @Nullable Integer reduceOnPlateau;

  @Option(names = "--schedule", paramLabel = "NAME", description = "How the learning rate changes: constant, exponential (by --gamma), cosine or one-cycle (default: what is usual for the model).")
  private @Nullable String schedule;

  @Option(names = "--save-best", description = "Also save the model of the epoch with the best --monitor, as best.safetensors.")
  private boolean saveBest;

  @Option(names = "--monitor", paramLabel = "VALUE", defaultValue = "val_loss", description = "A value of the epochs, such as val_accuracy (default: ${DEFAULT-VALUE}).")
  private String monitor;

  @Option(names = "--tensorboard", description = "Also write event files, with histograms and pictures of the weights, for: tensorboard --logdir RUN/tensorboard.")
  private boolean tensorBoard;

  @Option(names = "--csv-logger", paramLabel = "FILE", description = "Also write the epochs' values to a CSV file of one's own.")
  private @Nullable Path csvLogger;

  @Option(names = "--terminate-on-nan", description = "End, with what was learned before, where the loss becomes NaN, instead of failing.")
  private boolean terminateOnNaN;

  @Option(names = "--profile", description = "Measure where the time of a step goes, by layer and operation: a table at the end, and trace.json in the run's folder for ui.perfetto.dev. The host waits for each call, which costs time.")
  private boolean profile;

  Extras settings(CommandLine command) {
    TrainOptions.require(command, earlyStopping == null || earlyStopping >= 0,
        "--early-stopping " + earlyStopping + ": expected 0 or more epochs.");
    TrainOptions.require(command, reduceOnPlateau == null || reduceOnPlateau >= 0,
        "--reduce-on-plateau " + reduceOnPlateau + ": expected 0 or more epochs.");
    if (schedule != null) UsageErrors.requireKnown(command, "schedule", schedule, Extras.SCHEDULES);
    TrainOptions.require(command, schedule == null || reduceOnPlateau == null,
        "--schedule and --reduce-on-plateau: expected one of the two.");
    return new Extras(monitor, earlyStopping, reduceOnPlateau, schedule, saveBest, tensorBoard,
        terminateOnNaN,
        csvLogger, profile);
  }
}
