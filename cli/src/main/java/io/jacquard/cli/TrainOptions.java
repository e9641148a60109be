package io.jacquard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that all tasks of {@code jacquard train} have. */
final class TrainOptions {
  @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate (default: 0.001 for adam, 0.1 for sgd, 1 for adadelta).")
  private @Nullable Double lr;

  @Option(names = "--gamma", paramLabel = "FACTOR", description = "Multiplies the learning rate after each epoch (default: 1, for cnn 0.7).")
  private @Nullable Double gamma;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "adam, sgd or adadelta (default: adam, for cnn adadelta).")
  private @Nullable String optimizer;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Any whole number; the same seed gives the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin
  DeviceOptions device;

  @Mixin
  private KeepOptions keep;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder for what is saved; new or empty (default: the next runs/TASK-MODEL-NNN).")
  private @Nullable Path out;

  @Option(names = "--report", paramLabel = "FILE", description = "Also write the figures to a JSON file.")
  private @Nullable Path report;

  @Option(names = "--quiet", description = "Print only the result of the test.")
  private boolean quiet;

  /** What was asked for; every value is one that can work. */
  TrainSettings settings(CommandLine command, String task, Recipe recipe, int epochs, int batch) {
    var optimizer = this.optimizer == null ? recipe.optimizer() : this.optimizer;
    double gamma = this.gamma == null ? recipe.gamma() : this.gamma;
    UsageErrors.requireKnown(command, "optimizer", optimizer, TrainSettings.OPTIMIZERS);
    require(command, epochs >= 1, "--epochs " + epochs + ": expected 1 or more.");
    require(command, batch >= 1, "--batch " + batch + ": expected 1 or more.");
    require(command, lr == null || Double.isFinite(lr) && lr >= 0,
        "--lr " + lr + ": expected a finite number, 0 or more.");
    require(command, Double.isFinite(gamma) && gamma > 0,
        "--gamma " + gamma + ": expected a finite number above 0.");
    return new TrainSettings(task, recipe.model(), epochs, batch,
        lr == null ? TrainSettings.usualLr(optimizer) : lr, gamma, optimizer, seed, out, report, quiet,
        keep.settings(command));
  }

  static void require(CommandLine command, boolean right, String otherwise) {
    if (!right) throw new ParameterException(command, otherwise);
  }
}
