package io.jacquard.cli;

import io.jacquard.inspect.Difference;
import io.jacquard.inspect.SideBySide;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jacquard verify}: whether backends compute the same, call by call, in a training step of a model. */
@Command(name = "verify", sortOptions = false, description = "Runs a training step of a model on several backends side by side, and names the first operation whose results differ by more than they may.", footer = {
    "",
    "Each operation starts from the same numbers on all backends, so one that is wrong is found where it is wrong. Of the "
        + "first that differs the inputs and results are saved; --replay repeats it.",
    "", "Exit codes: 0 all agree, 1 some differ or something failed, 2 usage.", "",
    "Example:", "  jacquard verify --backends cpu,opencl --model cnn"})
final class VerifyCommand implements Callable<Integer> {
  private static final String ALL = "all";
  /** Samples that are enough to reach all kernels, and few enough to compare every element. */
  private static final String BATCH = "4";

  private final Output output;
  private final Backends backends;

  @Spec
  private CommandSpec spec;

  @Option(names = "--backends", paramLabel = "NAMES", split = ",", description = "Two or more, separated by commas: the first is believed, the others are compared with it. A device by its number, as in opencl:1.")
  private List<String> names = List.of();

  @Option(names = "--model", paramLabel = "NAME", defaultValue = "mlp", description = "A model of 'jacquard models', or all (default: ${DEFAULT-VALUE}). The LSTM of texts is text-lstm.")
  private String model;

  @Option(names = "--batch", paramLabel = "N", defaultValue = BATCH, description = "Samples of the step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Any whole number; weights and samples follow from it (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder for what is saved of the first difference; new or empty (default: the next runs/verify-MODEL-NNN).")
  private @Nullable Path out;

  @Option(names = "--replay", paramLabel = "DIR", description = "Repeat the operation that was saved in this folder, on its inputs, on the same backends or those of --backends.")
  private @Nullable Path replay;

  VerifyCommand(Output output) {
    this(output, Backends.discover());
  }

  VerifyCommand(Output output, Backends backends) {
    this.output = output;
    this.backends = backends;
  }

  @Override
  public Integer call() {
    var command = spec.commandLine();
    if (replay != null) return replay(command, SavedDifference.read(replay));
    if (names.isEmpty())
      throw new ParameterException(command,
          "Missing required option: '--backends', expected two or more, as in cpu,opencl.");
    check(command, names);
    var models = KnownModel.byLabel();
    var known = new ArrayList<>(models.keySet());
    known.add(ALL);
    UsageErrors.requireKnown(command, "model", model, known);
    TrainOptions.require(command, batch >= 1, "--batch " + batch + ": expected 1 or more.");
    int failures = 0;
    for (var label : model.equals(ALL) ? List.copyOf(models.keySet()) : List.of(model)) {
      if (!verify(new VerifiedStep(label, batch, seed))) failures++;
    }
    return failures == 0 ? 0 : Main.FAILURE;
  }

  private void check(CommandLine command, List<String> names) {
    TrainOptions.require(command, names.size() >= 2 && new LinkedHashSet<>(names).size() == names.size(),
        "--backends " + String.join(",", names) + ": expected two or more different ones, as in cpu,opencl.");
    for (var name : names)
      UsageErrors.requireKnown(command, "backend", name.replaceFirst(":\\d{1,9}$", ""), backends.names());
  }

  private boolean verify(VerifiedStep step) {
    output.line(
        "Jacquard " + Version.jacquard() + " · a training step of " + step.model() + ", batch " + step.batch()
            + ", seed " + step.seed() + " · " + String.join(" beside ", names));
    return onAll(names, devices -> {
      var all = new SideBySide(devices);
      step.run(all);
      output.line(VerifyTable.text(all));
      if (all.first().isEmpty()) return true;
      tell(all.first().get());
      try (var folder = folder(step)) {
        SavedDifference.write(folder.path(), step, names, all);
        output.line("Saved in " + folder.path() + ". To repeat this one operation: jacquard verify --replay "
            + folder.path());
      }
      return false;
    });
  }

  private RunFolder folder(VerifiedStep step) {
    return out == null ? RunFolder.next(Path.of("runs"), "verify-" + step.model()) : RunFolder.at(out);
  }

  private int replay(CommandLine command, SavedDifference saved) {
    var on = names.isEmpty() ? saved.backends() : names;
    check(command, on);
    output.line("Jacquard " + Version.jacquard() + " · call " + saved.call() + ", " + saved.name()
        + ", of a training step of "
        + saved.step().model() + " · " + String.join(" beside ", on));
    return onAll(on, devices -> {
      var all = saved.replaying(devices);
      saved.step().run(all);
      saved.requireMet(all);
      all.first().ifPresentOrElse(this::tell, () -> output.line("On its saved inputs the call agrees."));
      return all.first().isEmpty();
    }) ? 0 : Main.FAILURE;
  }

  private void tell(Difference difference) {
    output.line("The first that differs:\n" + difference.describe());
  }

  private interface Work {
    boolean on(List<Device> devices);
  }

  /** Opens all, and closes what was opened whatever happens. */
  private boolean onAll(List<String> names, Work work) {
    var devices = new ArrayList<Device>();
    try {
      for (var name : names) devices.add(backends.open(name));
      return work.on(devices);
    } finally {
      devices.forEach(device -> device.backend().close());
    }
  }
}
