package io.jacquard.cli;

import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where to compute: the options {@code --backend} and {@code --threads}. */
final class DeviceOptions {
  @Option(names = "--backend", paramLabel = "NAME", defaultValue = Backends.AUTO, description = "auto, cpu, cuda or opencl; a device by its number, as in opencl:1. auto takes the fastest by 'jacquard bench', or else a GPU "
      + "before the CPU (default: ${DEFAULT-VALUE}).")
  String backend;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that compute, where the backend computes on the host's cores (default: all cores).")
  @Nullable
  Integer threads;

  /**
   * Refuses what could not work on any machine. That a known backend is not available here is found by {@link #open},
   * and is a failure, not a wrong use.
   */
  void check(CommandLine command, Backends backends) {
    int colon = backend.indexOf(':');
    var name = colon < 0 ? backend : backend.substring(0, colon);
    var known = new ArrayList<String>();
    known.add(Backends.AUTO);
    known.addAll(backends.names());
    UsageErrors.requireKnown(command, "backend", name, known);
    if (colon >= 0 && (name.equals(Backends.AUTO) || !backend.substring(colon + 1).matches("\\d{1,9}"))) {
      throw new ParameterException(command,
          "--backend " + backend + ": expected a backend's name and the number of a device, as in opencl:1; "
              + "'jacquard devices' lists them.");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads != null && (threads < 1 || threads > cores)) {
      throw new ParameterException(command,
          "--threads " + threads + ": expected 1 to " + cores + ", the number of cores here.");
    }
  }

  Backends.Choice open(Backends backends) {
    return backends.choose(backend, options());
  }

  /**
   * For a training of a model, named by its label among {@link KnownModel#byLabel}: auto goes by what was measured, in float32. In
   * halves a GPU gains more than that says.
   *
   * @param say is told what takes a while
   */
  Backends.Choice open(Backends backends, String model, TrainSettings settings, Consumer<String> say) {
    if (!backend.equals(Backends.AUTO) || settings.plan().numbers() != AskedPrecision.FLOAT32)
      return open(backends);
    return backends.choose(backend, options(),
        new ShortComparison(backends, say).experience(model, settings.batch()));
  }

  private OpenOptions options() {
    return threads == null ? OpenOptions.DEFAULT : new OpenOptions(threads);
  }
}
