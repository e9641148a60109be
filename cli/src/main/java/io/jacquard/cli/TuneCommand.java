package io.jacquard.cli;

import io.jacquard.spi.Backends;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jacquard tune}: has a backend look for the fastest kernels for a device, and keep them. */
@Command(name = "tune", sortOptions = false, description = "Looks for the fastest kernels for a device; later runs on it use them. Each is compared with a plain loop before it is timed.", footer = {
    "", "A quiet machine finds better ones. Results of training may differ in their last digits afterwards.",
    "",
    "Example:", "  jacquard tune --backend opencl:1 --seconds 60"})
final class TuneCommand implements Callable<Integer> {
  private static final int LONGEST = 24 * 3600;

  private final Output output;
  private final Backends backends;

  @Spec
  private CommandSpec spec;

  @Option(names = "--backend", paramLabel = "NAME", defaultValue = "opencl", description = "The backend, a device by its number, as in opencl:1 (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "30", description = "About how long to look (default: ${DEFAULT-VALUE}).")
  private int seconds;

  TuneCommand(Output output) {
    this(output, Backends.discover());
  }

  TuneCommand(Output output, Backends backends) {
    this.output = output;
    this.backends = backends;
  }

  @Override
  public Integer call() {
    var command = spec.commandLine();
    var name = backend.replaceFirst(":\\d{1,9}$", "");
    UsageErrors.requireKnown(command, "backend", name, backends.names());
    if (seconds < 1 || seconds > LONGEST)
      throw new ParameterException(command, "--seconds " + seconds + ": expected 1 to " + LONGEST + ".");
    backends.tune(backend, Duration.ofSeconds(seconds), output::line);
    return 0;
  }
}
