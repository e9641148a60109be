package io.jacquard.spi;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.spi.Probe.Available;
import io.jacquard.spi.Probe.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backends on this machine, and the choice among them, with reasons.
 *
 * <pre>{@code
 * var choice = Backends.discover().choose("auto", OpenOptions.DEFAULT);
 * System.out.println(choice.device() + ", because " + choice.reasons());
 * }</pre>
 */
public final class Backends {
  /** The request that takes the available backend with the highest priority. */
  public static final String AUTO = "auto";
  /** Names that users may ask for even where the module that brings them is not installed. */
  private static final List<String> KNOWN = List.of("cpu", "cuda", "opencl");

  /** A backend that was found, and what it says of this machine. */
  public record Candidate(String name, int priority, Probe probe) {}

  /**
   * An open device, and why it was taken.
   *
   * @param reasons one sentence for each backend that was not taken: {@code cuda: no NVIDIA driver was found}
   */
  public record Choice(Device device, List<String> reasons) {}

  /** How long a piece of work takes on devices, as far as that was measured. */
  @FunctionalInterface
  public interface Experience {
    /** Nothing was measured. */
    Experience NONE = _ -> OptionalDouble.empty();

    /** Milliseconds on a device. */
    OptionalDouble millis(DeviceInfo device);

    /** What was measured, and by whom, for people: {@code train cnn, batch 64, by 'jacquard bench'}. */
    default String what() {
      return "what is known";
    }
  }

  private final List<BackendProvider> providers;
  /** Made when it is first asked for: to look for devices may mean to load drivers. */
  private @Nullable List<Candidate> candidates;

  /** A choice among the given providers; {@link #discover} finds them. */
  public Backends(List<BackendProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** Finds every backend on the class path. */
  public static Backends discover() {
    return new Backends(
        ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /** The names by which backends may be asked for, also those that are not installed; no device is looked for. */
  public List<String> names() {
    return Stream.concat(KNOWN.stream(), providers.stream().map(BackendProvider::name)).distinct().toList();
  }

  /** All backends of which something is known, the best first; those that are not installed come last. */
  public List<Candidate> candidates() {
    var all = new ArrayList<>(installed());
    for (var name : KNOWN) {
      if (all.stream().noneMatch(c -> c.name().equals(name)))
        all.add(new Candidate(name, 0, notInstalled(name)));
    }
    return all;
  }

  private synchronized List<Candidate> installed() {
    var known = candidates;
    if (known == null) {
      candidates = known = providers.stream().map(p -> new Candidate(p.name(), p.priority(), p.probe()))
          .sorted(Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::name))
          .toList();
    }
    return known;
  }

  private static Unavailable notInstalled(String name) {
    return new Unavailable("the backend is not on the class path",
        "add the module jacquard-backend-" + name + " if your version of Jacquard has it");
  }

  /** Opens the device that {@code request} names, with default options. */
  public Device open(String request) {
    return choose(request, OpenOptions.DEFAULT).device();
  }

  /**
   * Opens the device that {@code request} names: {@code auto}, a backend's name, or a name with an ordinal as in {@code
   * opencl:1}. A device that was asked for by name and is not there is an error, never replaced by another.
   */
  public Choice choose(String request, OpenOptions options) {
    return choose(request, options, Experience.NONE);
  }

  /**
   * As {@link #choose(String, OpenOptions)}; {@code auto} goes by what was measured, where that is known of the device that it
   * would take otherwise and of another one. A device that cannot be opened is left, and named in the reasons.
   */
  public Choice choose(String request, OpenOptions options, Experience experience) {
    if (request.equals(AUTO)) return chooseAutomatically(options, experience);
    var named = named(request);
    return new Choice(new Device(named.provider.open(named.ordinal, options)), List.of());
  }

  /**
   * Looks for the fastest kernels for the device that {@code request} names, and keeps them for later; see {@link
   * BackendProvider#tune}.
   */
  public void tune(String request, Duration budget, Consumer<String> say) {
    var named = named(request);
    named.provider.tune(named.ordinal, budget, say);
  }

  private record Named(BackendProvider provider, int ordinal) {}

  private Named named(String request) {
    int colon = request.indexOf(':');
    var name = colon < 0 ? request : request.substring(0, colon);
    if (name.equals(AUTO))
      throw new JacquardException(
          "Backend '" + request + "': auto takes no device number; name the backend.");
    int ordinal = colon < 0 ? 0 : ordinal(request, request.substring(colon + 1));
    if (!names().contains(name)) throw unknown(name);
    // Of the others nothing needs to be known.
    var provider = providers.stream().filter(p -> p.name().equals(name)).findFirst();
    return switch (provider.map(BackendProvider::probe).orElseGet(() -> notInstalled(name))) {
      case Unavailable(var reason, var cure) ->
        throw new JacquardException(
            "Backend '" + name + "' is not available: " + reason + ". To use it, " + cure + ".");
      case Available(var devices) -> {
        if (ordinal >= devices.size()) throw noSuchDevice(name, ordinal, devices);
        yield new Named(provider.orElseThrow(), ordinal);
      }
    };
  }

  /** A device that {@code auto} may take. */
  private record Option(String backend, int ordinal, DeviceInfo info, OptionalDouble millis) {
    double time() {
      return millis.orElse(Double.POSITIVE_INFINITY);
    }
  }

  private Choice chooseAutomatically(OpenOptions options, Experience experience) {
    var order = inOrder(experience);
    if (order.isEmpty()) {
      throw new JacquardException("No backend is available: "
          + candidates().stream().map(Backends::whyNot).collect(Collectors.joining("; "))
          + ". Put jacquard-backend-cpu on the class path: it runs everywhere.");
    }
    var failures = new LinkedHashMap<String, String>();
    for (var option : order) {
      try {
        var device = new Device(provider(option.backend).open(option.ordinal, options));
        return new Choice(device, reasons(option, order, failures, experience));
      } catch (JacquardException e) {
        if (option == order.getLast()) throw e;
        failures.putIfAbsent(option.backend, "it cannot be opened: " + e.getMessage());
      }
    }
    throw new IllegalStateException("unreachable");
  }

  /**
   * The first device of each backend, the best backend first; where the time is known of that which would be first, those of
   * known times first, the fastest of all devices at the head.
   */
  private List<Option> inOrder(Experience experience) {
    var all = new ArrayList<Option>();
    for (var candidate : installed()) {
      if (!(candidate.probe() instanceof Available(var devices))) continue;
      for (int i = 0; i < devices.size(); i++) {
        var option = new Option(candidate.name(), i, devices.get(i), experience.millis(devices.get(i)));
        if (i == 0 || option.millis.isPresent()) all.add(option);
      }
    }
    if (!all.isEmpty() && all.getFirst().millis.isPresent())
      all.sort(Comparator.comparingDouble(Option::time));
    return all;
  }

  private List<String> reasons(Option taken, List<Option> order, Map<String, String> failures,
      Experience experience) {
    var reasons = new ArrayList<String>();
    for (var candidate : candidates()) {
      if (candidate.name().equals(taken.backend)) continue;
      var failure = failures.get(candidate.name());
      var best = order.stream().filter(o -> o.backend.equals(candidate.name())).findFirst();
      if (failure != null)
        reasons.add(candidate.name() + ": " + failure);
      else
        if (best.isPresent() && best.get().millis.isPresent() && taken.millis.isPresent())
          reasons.add(String.format(Locale.ROOT, "%s: %s takes %.2f ms there, %.2f ms here", candidate.name(),
              experience.what(), best.get().time(), taken.time()));
        else
          reasons.add(whyNot(candidate));
    }
    return reasons;
  }

  private static String whyNot(Candidate candidate) {
    return candidate.name() + ": " + switch (candidate.probe()) {
      case Available _ -> "available, but of lower priority";
      case Unavailable(var reason, _) -> reason;
    };
  }

  private BackendProvider provider(String name) {
    return providers.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private JacquardException unknown(String name) {
    var names = new TreeSet<>(names());
    names.add(AUTO);
    return new JacquardException("There is no backend '" + name + "', expected one of " + names + "."
        + Nearest.hint(name, names));
  }

  private static int ordinal(String request, String digits) {
    try {
      int ordinal = Integer.parseInt(digits);
      if (ordinal >= 0) return ordinal;
    } catch (NumberFormatException _) {
      // said below
    }
    throw new JacquardException(
        "Backend '" + request + "': expected a device number from 0 after the colon, as in "
            + "opencl:1, but found '" + digits + "'.");
  }

  private static JacquardException noSuchDevice(String name, int ordinal, List<DeviceInfo> devices) {
    return new JacquardException("Backend '" + name + "' has no device " + ordinal + ", expected 0 to "
        + (devices.size() - 1) + ": " + devices.stream().map(d -> d.name() + " (" + d.description() + ")")
            .collect(Collectors.joining(", "))
        + ".");
  }
}
