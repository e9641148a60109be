package io.jacquard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that all tasks of {@code jacquard train} have. */
final class TrainOptions {
  @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate (default: the recipe of the model; otherwise 0.001 for adam and adamw, 0.1 for sgd and momentum, 1 for adadelta).")
  private @Nullable Double lr;

  @Option(names = "--gamma", paramLabel = "FACTOR", description = "Multiplies the learning rate after each epoch (default: 1, for cnn 0.7, for lenet5 0.6; models of pictures have one cycle instead).")
  private @Nullable Double gamma;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "adam, adamw, sgd, adadelta or momentum, which is SGD with Nesterov momentum 0.9 and weight decay 0.0005 (default: adam, for cnn adadelta, for models of pictures momentum, of texts adamw).")
  private @Nullable String optimizer;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Any whole number; the same seed gives the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin
  DeviceOptions device;

  @Mixin
  private KeepOptions keep;

  @Option(names = "--accumulate", paramLabel = "N", defaultValue = "1", description = "Add gradients up over N batches before each step (default: ${DEFAULT-VALUE}).")
  private int accumulate;

  @Option(names = "--precision", paramLabel = "NAME", description = "In which numbers products are computed: float32, tf32, bf16 or fp16, where the device has them; weights stay float32 (default: float32).")
  private @Nullable String precision;

  @Option(names = "--amp", description = "Compute products in bf16, or else fp16, whichever the device has.")
  private boolean amp;

  @Option(names = "--init", paramLabel = "RUN|FILE", description = "Begin with the values of a run or a .safetensors file, as far as keys and shapes fit.")
  private @Nullable Path init;

  @Option(names = "--freeze", paramLabel = "PATTERN", description = "Leave parameters as they are whose keys fit: * is any text, commas separate patterns, as in 'conv*,bn*'.")
  private @Nullable String freeze;

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
    boolean oneCycle = recipe.oneCycle() && this.gamma == null;
    UsageErrors.requireKnown(command, "optimizer", optimizer, TrainSettings.OPTIMIZERS);
    if (precision != null) UsageErrors.requireKnown(command, "precision", precision, AskedPrecision.names());
    require(command, precision == null || !amp, "--precision and --amp: expected one of the two.");
    require(command, accumulate >= 1, "--accumulate " + accumulate + ": expected 1 or more.");
    require(command, epochs >= 1, "--epochs " + epochs + ": expected 1 or more.");
    require(command, batch >= 1, "--batch " + batch + ": expected 1 or more.");
    require(command, lr == null || Double.isFinite(lr) && lr >= 0,
        "--lr " + lr + ": expected a finite number, 0 or more.");
    require(command, Double.isFinite(gamma) && gamma > 0,
        "--gamma " + gamma + ": expected a finite number above 0.");
    return new TrainSettings(task, recipe.model(), epochs, batch,
        lr == null ? usualLr(recipe, optimizer) : lr, gamma, optimizer, seed, out, report, quiet,
        keep.settings(command), new Plan(oneCycle, accumulate, freeze, init, numbers()));
  }

  private AskedPrecision numbers() {
    if (amp) return AskedPrecision.AMP;
    return precision == null ? AskedPrecision.FLOAT32 : AskedPrecision.named(precision);
  }

  private static double usualLr(Recipe recipe, String optimizer) {
    return recipe.lr() > 0 && optimizer.equals(recipe.optimizer()) ? recipe.lr()
        : TrainSettings.usualLr(optimizer);
  }

  static void require(CommandLine command, boolean right, String otherwise) {
    if (!right) throw new ParameterException(command, otherwise);
  }
}
