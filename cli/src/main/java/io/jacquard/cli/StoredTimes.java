package io.jacquard.cli;

import io.jacquard.cli.bench.BenchReport;
import io.jacquard.data.MnistFiles;
import io.jacquard.io.AtomicFile;
import io.jacquard.models.ModelCost;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How long training steps took on the devices of this machine, from the last comparison of them on: what {@code --backend
 * auto} goes by. They are lines of a file in the user's cache folder: device, model, batch, milliseconds and description, with tabs
 * between them. Each training on a machine with several devices reads it, and no JSON, whose reader would take a tenth of the start.
 *
 * <pre>{@code
 * StoredTimes.keep(List.of(new StoredTimes.Time("cpu", "2 cores", "cnn", 64, 8.5)));
 * var choice = backends.choose("auto", options, StoredTimes.experience("cnn", 128));
 * }</pre>
 */
final class StoredTimes {
  private static final String FILE = "times.tsv";
  private static final long MOST_BYTES = 1 << 20;
  /** Rows whose networks are those of {@link KnownModel}, by their labels there. */
  static final Pattern STEP = Pattern
      .compile("train (mlp|cnn|resnet20|gpt)(?: 784-128-10| width 128)? batch \\d+");
  /** The system property that names another cache folder. */
  private static final String CACHE = "jacquard.cache";

  /**
   * One measurement.
   *
   * @param device its name, {@code opencl:1}
   * @param description of the device: another one of this name is not meant
   * @param model by its label among {@link KnownModel#byLabel}
   * @param millis of a step
   */
  record Time(String device, String description, String model, int batch, double millis) {
    Time {
      description = line(description);
    }

    private boolean isOf(Time other) {
      return device.equals(other.device) && step().equals(other.step());
    }

    private boolean isOn(DeviceInfo info) {
      return device.equals(info.name()) && description.equals(line(info.description()));
    }

    /** What a driver says of itself may be anything. */
    private static String line(String description) {
      return description.lines().collect(Collectors.joining(" "));
    }

    Step step() {
      return new Step(model, batch);
    }
  }

  /** A training step of a ready-made network, by its label. */
  record Step(String model, int batch) {}

  private StoredTimes() {}

  private static Path file() {
    var cache = System.getProperty(CACHE);
    var folder = cache == null ? MnistFiles.cacheFolder().resolveSibling("bench") : Path.of(cache, "bench");
    return folder.resolve(FILE);
  }

  /** The training steps of a comparison that are those of ready-made networks. */
  static List<Time> of(BenchReport report) {
    var times = new ArrayList<Time>();
    for (var row : report.rows()) {
      var named = STEP.matcher(row.name());
      if (!named.matches()) continue;
      for (var device : report.devices()) {
        row.nanos(device.name()).ifPresent(nanos -> times.add(new Time(device.name(), device.description(),
            named.group(1), row.batch(), nanos.median() / 1e6)));
      }
    }
    return times;
  }

  /** Adds measurements, in place of older ones of the same. */
  static void keep(List<Time> times) {
    if (times.isEmpty()) return;
    var all = new ArrayList<Time>(read());
    all.removeIf(old -> times.stream().anyMatch(old::isOf));
    all.addAll(times);
    var file = file();
    AtomicFile.requireWritableFolder(Objects.requireNonNull(file.getParent()));
    var lines = all.stream().map(t -> String.join("\t", t.device, t.model, Integer.toString(t.batch),
        Double.toString(t.millis), t.description) + "\n").collect(Collectors.joining());
    AtomicFile.write(file, lines.getBytes(StandardCharsets.UTF_8));
  }

  /** All that is known; nothing where the file is missing or is not one of these, since it is only a cache. */
  static List<Time> read() {
    var file = file();
    if (!Files.isRegularFile(file)) return List.of();
    try {
      if (Files.size(file) > MOST_BYTES) throw new IOException("too large");
      return Files.readAllLines(file).stream().map(StoredTimes::time).toList();
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException _) {
      System.getLogger("io.jacquard.cli").log(System.Logger.Level.WARNING,
          file + " is not what 'jacquard bench' has stored, and is not used.");
      return List.of();
    }
  }

  private static Time time(String line) {
    var parts = line.split("\t", 5);
    return new Time(parts[0], parts[4], parts[1], Integer.parseInt(parts[2]), Double.parseDouble(parts[3]));
  }

  /** What is known of a training of a model: times of the nearest step that was measured on several devices. */
  static Backends.Experience experience(String model, int batch) {
    return experience(read(), new Step(model, batch));
  }

  static Backends.Experience experience(List<Time> times, Step asked) {
    var devices = times.stream().map(Time::device).distinct().count();
    if (devices < 2) return Backends.Experience.NONE;
    return nearest(times.stream().map(Time::step).distinct().toList(), asked).<Backends.Experience>map(
        near -> new Backends.Experience() {
          @Override
          public OptionalDouble millis(DeviceInfo device) {
            return StoredTimes.millis(times, near, device);
          }

          @Override
          public String what() {
            return "when measured, a step of " + near.model + " with batch " + near.batch;
          }
        }).orElse(Backends.Experience.NONE);
  }

  /** What a step took on a device, by one of the times. */
  static OptionalDouble millis(List<Time> times, Step step, DeviceInfo device) {
    return times.stream().filter(t -> t.step().equals(step) && t.isOn(device)).mapToDouble(Time::millis)
        .findFirst();
  }

  /** Of the same model that of the nearest batch; otherwise that of the nearest number of multiply-adds. */
  static Optional<Step> nearest(List<Step> steps, Step asked) {
    var model = asked.model;
    var same = steps.stream().filter(s -> s.model.equals(model))
        .min(Comparator.comparingDouble(s -> distance(s.batch, asked.batch)));
    if (same.isPresent()) return same;
    var known = KnownModel.byLabel();
    if (!known.containsKey(model)) return Optional.empty();
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend()) {
      var costs = new LinkedHashMap<String, Double>();
      double size = cost(cpu, known.get(model)) * asked.batch;
      return steps.stream().filter(s -> known.containsKey(s.model)).min(Comparator.comparingDouble(
          s -> distance(costs.computeIfAbsent(s.model, m -> cost(cpu, known.get(m))) * s.batch, size)));
    }
  }

  private static double distance(double a, double b) {
    return Math.abs(Math.log(a / b));
  }

  private static double cost(Device cpu, @Nullable KnownModel model) {
    var of = Objects.requireNonNull(model);
    return Device.with(cpu, () -> ModelCost.of(of.make(), of.sample(), of.type()).multiplyAdds());
  }
}
