package io.jacquard.cli.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.BenchReport.Entrant;
import io.jacquard.spi.Backends;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe.Available;
import io.jacquard.spi.Probe.Unavailable;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the devices that are to be compared. One that cannot be opened is noted with its reason; the others take part.
 *
 * <pre>{@code
 * try (var entrants = Entrants.open(Backends.discover(), List.of("cpu", "opencl:1"), OpenOptions.DEFAULT)) {
 *   var row = bout.of(workload, entrants.contenders());
 * }
 * }</pre>
 */
public final class Entrants implements AutoCloseable {
  private final List<Contender> contenders = new ArrayList<>();
  private final List<Entrant> all = new ArrayList<>();

  private Entrants() {}

  /**
   * @param names devices as on a command line; none for all that there are. A CPU behind OpenCL is then taken only where
   *        there is no GPU, since the CPU backend uses it better
   */
  public static Entrants open(Backends backends, List<String> names, OpenOptions options) {
    var entrants = new Entrants();
    for (var name : names.isEmpty() ? entrants.found(backends) : names) {
      try {
        var device = backends.choose(name, options).device();
        if (entrants.contenders.stream().anyMatch(c -> c.name().equals(device.name()))) {
          device.backend().close(); // named twice, as in opencl,opencl:0
          continue;
        }
        entrants.contenders.add(new Contender(device));
        var info = device.info();
        var threads = info.threads() == 0
            ? ""
            : ", " + info.threads() + (info.threads() == 1 ? " thread" : " threads");
        entrants.all.add(new Entrant(device.name(), info.description() + threads
            + (info.details().isEmpty() ? "" : "; " + info.details()), ""));
      } catch (RuntimeException | LinkageError e) {
        entrants.all.add(new Entrant(name, "", e instanceof JacquardException
            ? String.valueOf(e.getMessage())
            : e.toString()));
      }
    }
    return entrants;
  }

  /** The CPU first, whose results are the measure for the others. */
  private List<String> found(Backends backends) {
    var names = new ArrayList<String>();
    var spare = new ArrayList<String>();
    for (var candidate : backends.candidates().reversed()) {
      switch (candidate.probe()) {
        case Unavailable(var reason, _) -> all.add(new Entrant(candidate.name(), "", reason));
        case Available(var devices) -> {
          var to = candidate.priority() < 0 ? spare : names; // below the CPU: it has nothing but a CPU
          devices.stream().map(DeviceInfo::name).forEach(to::add);
        }
      }
    }
    if (names.size() <= 1) names.addAll(spare.subList(0, Math.min(1, spare.size())));
    return names;
  }

  public List<Contender> contenders() {
    return List.copyOf(contenders);
  }

  /** Also those that could not be opened. */
  public List<Entrant> all() {
    return List.copyOf(all);
  }

  /** Gives the devices back; what is known of them stays. */
  @Override
  public void close() {
    for (var contender : contenders) {
      try {
        contender.device().memory().flush();
        contender.device().backend().close();
      } catch (RuntimeException _) {
        // a device that was lost; what it did is in the report
      }
    }
    contenders.clear();
  }
}
