package io.jacquard.benchmarks.mnist;

import io.jacquard.benchmarks.ManyDigits;
import io.jacquard.benchmarks.StepAllocation;
import io.jacquard.io.AtomicFile;
import io.jacquard.models.Models;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jacquard bench mnist}: runs the trainings, and prints what they gave. */
@Command(name = "jacquard bench mnist", sortOptions = false, mixinStandardHelpOptions = true, description = "Trains MNIST many times, each in a process of its own, and prints the figures as Markdown.")
public final class MnistCommand implements Callable<Integer> {
  private static final List<String> MODELS = List.of("mlp", "softmax");
  private static final int[] THREADS = {2, 1};
  private static final int BATCH = 32;
  private static final int ALLOCATION_STEPS = 1000;
  private static final Duration ALLOCATION_WARM_UP = Duration.ofSeconds(30);

  @Spec
  private CommandSpec spec;

  @Option(names = "--seeds", paramLabel = "N", description = "Seeds 1 to N (default: 5, or 1 with --quick).")
  private @Nullable Integer seeds;

  @Option(names = "--epochs", paramLabel = "N", description = "Epochs of each training (default: 5, or 1 with --quick).")
  private @Nullable Integer epochs;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with the four IDX files (default: where the program itself looks).")
  private @Nullable Path data;

  @Option(names = "--quick", description = "One seed, one epoch: to see that it works. The figures mean little.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", defaultValue = "mnist-figures.json", description = "The same figures for programs (default: ${DEFAULT-VALUE}).")
  private Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int upTo = seeds != null ? seeds : quick ? 1 : 5;
    int walks = epochs != null ? epochs : quick ? 1 : 5;
    if (upTo < 1 || walks < 1)
      throw new ParameterException(spec.commandLine(), "--seeds and --epochs: expected 1 or more.");
    double loadBefore = Trainings.load();
    var runs = new ArrayList<Run>();
    String command;
    try (var trainings = new Trainings(launcher(), walks, data)) {
      command = trainings.template();
      runAll(trainings, upTo, runs);
    }
    var allocation = new LinkedHashMap<String, Double>();
    for (var model : MODELS) allocation.put(model, allocation(model));
    var figures = new MnistFigures(runs, allocation, command, loadBefore, Trainings.load());
    System.out.print(figures.markdown());
    AtomicFile.write(json, figures.json());
    System.err.println("The same as JSON: " + json.toAbsolutePath());
    return 0;
  }

  /** Settings alternate, so that what disturbs the machine for a while does not fall on one of them. */
  private static void runAll(Trainings trainings, int seeds, List<Run> runs)
      throws IOException, InterruptedException {
    for (int round = 0; round <= seeds; round++) {
      int seed = Math.max(1, round); // the first one comes twice: the same seed must give the same bytes
      for (var model : MODELS) {
        for (int threads : THREADS) runs.add(trainings.run(model, threads, seed));
      }
    }
  }

  private double allocation(String model) {
    var device = Backends.discover().open("cpu");
    try (var _ = device.backend()) {
      return Device.with(device,
          () -> StepAllocation.perStep(Models.named(model), ManyDigits.of(BATCH * ALLOCATION_STEPS), BATCH,
              quick ? Duration.ofSeconds(1) : ALLOCATION_WARM_UP));
    }
  }

  private static Path launcher() {
    var launcher = System.getenv("JACQUARD_LAUNCHER");
    if (launcher == null)
      throw new IllegalStateException(
          "start it as './jacquard bench mnist', which says where the program is");
    return Path.of(launcher);
  }
}
