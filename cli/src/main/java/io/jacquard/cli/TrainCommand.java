package io.jacquard.cli;

import io.jacquard.models.Models;
import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard train}: its options, which are all checked before any work. */
@Command(name = "train", sortOptions = false, description = "Trains a model, tests it, and saves it with its history.", footer = {
    "",
    "Without --data the data set is looked for in the folder that JACQUARD_DATA names, then in the user's cache "
        + "folder; otherwise digits are generated. Nothing is fetched from a network.",
    "", "Example:", "  jacquard train mnist --epochs 3 --optimizer sgd --seed 7"})
final class TrainCommand implements Callable<Integer> {
  private static final List<String> TASKS = List.of(MnistTask.NAME);

  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "TASK", description = "What to learn: mnist (handwritten digits).")
  private String task;

  @Option(names = "--model", paramLabel = "NAME", defaultValue = "mlp", description = "mlp (784-128-10 with dropout) or softmax (one linear layer) (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--epochs", paramLabel = "N", defaultValue = "5", description = "Walks over the training data (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "32", description = "Samples a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate (default: 0.001 for adam, 0.1 for sgd).")
  private @Nullable Double lr;

  @Option(names = "--optimizer", paramLabel = "NAME", defaultValue = "adam", description = "adam or sgd (default: ${DEFAULT-VALUE}).")
  private String optimizer;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Any whole number; the same seed gives the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin
  private DeviceOptions device;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with the four IDX files, plain or gzip.")
  private @Nullable Path data;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder for what is saved; new or empty (default: the next runs/TASK-MODEL-NNN).")
  private @Nullable Path out;

  @Option(names = "--report", paramLabel = "FILE", description = "Also write the figures to a JSON file.")
  private @Nullable Path report;

  @Option(names = "--quiet", description = "Print only the result of the test.")
  private boolean quiet;

  TrainCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    UsageErrors.requireKnown(command, "task", task, TASKS);
    UsageErrors.requireKnown(command, "model", model, Models.names());
    UsageErrors.requireKnown(command, "optimizer", optimizer, TrainSettings.OPTIMIZERS);
    require(epochs >= 1, "--epochs " + epochs + ": expected 1 or more.");
    require(batch >= 1, "--batch " + batch + ": expected 1 or more.");
    require(lr == null || Double.isFinite(lr) && lr >= 0,
        "--lr " + lr + ": expected a finite number, 0 or more.");
    device.check(command, backends);
    var settings = new TrainSettings(task, model, epochs, batch,
        lr == null ? TrainSettings.usualLr(optimizer) : lr, optimizer, seed, data, out, report, quiet);
    return new Training(settings, output).run(() -> device.open(backends));
  }

  private void require(boolean right, String otherwise) {
    if (!right) throw new ParameterException(spec.commandLine(), otherwise);
  }
}
