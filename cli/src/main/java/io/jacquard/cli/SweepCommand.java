package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.models.Mlp;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard sweep}: the same training with several layers, activations, learning rates and seeds. */
@Command(name = SweepCommand.NAME, sortOptions = false, customSynopsis = "jacquard sweep TASK [OPTIONS] [OPTIONS of 'jacquard train TASK']", description = "Trains with every combination of what is listed, some at a time, and compares the results.", footer = {
    "",
    "Each run has a folder of its own in the sweep's, as 'jacquard train' makes it. After Ctrl-C, go on with "
        + "'jacquard sweep --resume DIR': finished runs are not run again.",
    "", "Example:",
    "  jacquard sweep mnist --layers 64,128x64 --activations relu,tanh --lr 0.001,0.003 --seeds 0-2 --epochs 3"})
final class SweepCommand implements Callable<Integer> {
  static final String NAME = "sweep";
  private static final String RESUME = "--resume";
  private static final Path RUNS = Path.of("runs");

  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "TASK", description = "The task and what all runs have in common, as for 'jacquard train'.")
  private List<String> line = List.of();

  @Option(names = "--layers", paramLabel = "LIST", split = ",", description = "Hidden layers, sizes joined by x: 64,128x64.")
  private List<String> layers = List.of();

  @Option(names = "--activations", paramLabel = "LIST", split = ",", description = "Of the hidden layers: relu,tanh,gelu.")
  private List<String> activations = List.of();

  @Option(names = "--lr", paramLabel = "LIST", split = ",", description = "Learning rates: 0.001,0.003,0.01.")
  private List<Double> rates = List.of();

  @Option(names = "--seeds", paramLabel = "LIST", description = "Whole numbers, or a range: 0,1,2 or 0-4 (default: 0).")
  private String seeds = "0";

  @Option(names = "--parallel", paramLabel = "N", description = "Runs at a time, each with its share of --threads (default: one for each core on the CPU, otherwise 1).")
  private @Nullable Integer parallel;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder of the sweep; new or empty (default: the next runs/sweep-TASK-NNN).")
  private @Nullable Path out;

  @Option(names = RESUME, paramLabel = "DIR", description = "Go on with a sweep that was interrupted; only --parallel may be named beside.")
  private @Nullable Path resume;

  @Mixin
  private DeviceOptions device;

  SweepCommand(Output output) {
    this.output = output;
  }

  /** Puts what a sweep was begun with in the place of {@code sweep --resume DIR}. */
  static String[] expand(String[] args) {
    var asked = List.of(args);
    int at = asked.indexOf(RESUME);
    if (args.length < 3 || !args[0].equals(NAME) || at < 0 || at + 1 == args.length) return args;
    var more = new ArrayList<>(asked.subList(1, args.length));
    more.subList(at - 1, at + 1).clear();
    if (!more.isEmpty() && !(more.size() == 2 && more.getFirst().equals("--parallel"))) {
      throw new JacquardException(
          "'" + more.getFirst() + "' cannot be named with --resume: the sweep goes on with "
              + "what it was begun with. Begin a new one instead.");
    }
    var all = new ArrayList<>(List.of(NAME));
    all.addAll(SweepFolder.arguments(Path.of(args[at + 1])));
    all.addAll(more);
    all.addAll(List.of(RESUME, args[at + 1]));
    return all.toArray(String[]::new);
  }

  @Override
  public Integer call() {
    var command = spec.commandLine();
    var train = Objects.requireNonNull(command.getParent().getSubcommands().get("train"));
    var tasks = train.getSubcommands().keySet();
    TrainOptions.require(command, !line.isEmpty(),
        "Missing required parameter: 'TASK', expected one of " + String.join(", ", tasks) + ".");
    UsageErrors.requireKnown(command, "task", line.getFirst(), tasks);
    TrainOptions.require(command, layers.stream().allMatch(text -> text.matches("\\d+(x\\d+)*")),
        "--layers " + String.join(",", layers)
            + ": expected sizes, joined by x for several layers, as in 64,128x64.");
    for (var name : activations) UsageErrors.requireKnown(command, "activation", name, Mlp.activations());
    TrainOptions.require(command, parallel == null || parallel >= 1,
        "--parallel " + parallel + ": expected 1 or more.");
    var trials = Trial.all(layers, activations, rates, seeds());
    var backends = Backends.discover();
    device.check(command, backends);
    var choice = device.open(backends);
    var backend = choice.device().info().backend();
    try (var _ = choice.device().backend()) {
      int wrong = Device.with(choice.device(), () -> tried(trials.getFirst()));
      if (wrong != 0) return wrong;
    }
    boolean onCores = backend.equals("cpu");
    int cores = device.threads != null ? device.threads : Runtime.getRuntime().availableProcessors();
    int runs = Math.min(trials.size(), parallel != null ? parallel : onCores ? cores : 1);
    var common = new ArrayList<>(line);
    common.addAll(List.of("--backend", device.backend.equals(Backends.AUTO) ? backend : device.backend));
    if (onCores) common.addAll(List.of("--threads", Integer.toString(Math.max(1, cores / runs))));
    var root = command.getCommandSpec().root().commandLine().getParseResult().originalArgs();
    var folder = resume != null ? SweepFolder.again(resume) : SweepFolder.begin(next(), root);
    return new Sweep(folder, List.copyOf(common), trials, runs, output).run();
  }

  /** What is wrong with what all runs have in common, such as an option or a file, is said once and before anything is made. */
  private int tried(Trial first) {
    if (resume != null) return 0;
    var args = new ArrayList<>(List.of("train"));
    args.addAll(line);
    args.addAll(first.arguments());
    return ScopedValue.where(Training.INSTEAD, _ -> {})
        .call(() -> Main.run(output, args.toArray(String[]::new)));
  }

  private Path next() {
    if (out == null) return RunFolder.next(RUNS, NAME + "-" + line.getFirst()).path();
    RunFolder.at(out);
    return out;
  }

  private List<Long> seeds() {
    var command = spec.commandLine();
    var all = new ArrayList<Long>();
    for (var part : seeds.split(",", -1)) {
      TrainOptions.require(command, part.matches("\\d{1,9}(-\\d{1,9})?"),
          "--seeds " + seeds + ": expected whole numbers or a range, as in 0,1,2 or 0-4.");
      int dash = part.indexOf('-');
      long from = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
      long to = Long.parseLong(dash < 0 ? part : part.substring(dash + 1));
      TrainOptions.require(command, from <= to && to - from < 1000,
          "--seeds " + part + ": expected a range of at most 1000 seeds, the smaller one first.");
      for (long seed = from; seed <= to; seed++) all.add(seed);
    }
    return all;
  }

  /** Whether a path is the folder of a sweep. */
  static boolean isSweep(Path folder) {
    return Files.isRegularFile(folder.resolve(SweepFolder.FILE));
  }
}
