package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.cli.StoredTimes.Step;
import io.jacquard.cli.StoredTimes.Time;
import io.jacquard.cli.bench.Bout;
import io.jacquard.cli.bench.Contender;
import io.jacquard.cli.bench.Entrants;
import io.jacquard.cli.bench.Rounds;
import io.jacquard.cli.bench.Row;
import io.jacquard.cli.bench.Workload;
import io.jacquard.cli.bench.Workloads;
import io.jacquard.spi.Backends;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe.Available;
import io.jacquard.train.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What {@code auto} does where it would take a GPU, and nobody has measured whether the CPU is faster: the training step of
 * {@code jacquard bench} that is nearest to the one asked for is timed on both, for some seconds. What it took is kept, so that
 * happens once.
 *
 * <pre>{@code
 * var known = new ShortComparison(backends, output::line).experience("cnn", 128);
 * var choice = backends.choose("auto", OpenOptions.DEFAULT, known);
 * }</pre>
 */
final class ShortComparison {
  /** Some seconds on each device, most of which is warm-up. */
  private static final Rounds ROUNDS = new Rounds(5, 0.1, 2);
  private static final String CPU = "cpu";

  private final Backends backends;
  private final Consumer<String> say;
  private final BiFunction<Workload, List<Contender>, Row> measure;

  /** @param say is told before, since it takes a while */
  ShortComparison(Backends backends, Consumer<String> say) {
    this(backends, say, new Bout(Precision.FLOAT32, ROUNDS)::of);
  }

  ShortComparison(Backends backends, Consumer<String> say,
      BiFunction<Workload, List<Contender>, Row> measure) {
    this.backends = backends;
    this.say = say;
    this.measure = measure;
  }

  /** What is known of a training of a model, after a short comparison if that is needed. */
  Backends.Experience experience(String model, int batch) {
    var asked = new Step(model, batch);
    var times = new ArrayList<>(StoredTimes.read());
    var devices = undecided();
    if (!devices.isEmpty() && !isKnown(times, asked, devices))
      nearest(asked).ifPresent(work -> times.addAll(compare(work, devices)));
    return StoredTimes.experience(times, asked);
  }

  /** The GPU that would be taken, and the CPU; nothing where there are not both. */
  private List<DeviceInfo> undecided() {
    var available = backends.candidates().stream().filter(c -> c.probe() instanceof Available).toList();
    if (available.isEmpty() || available.getFirst().name().equals(CPU)) return List.of();
    return available.stream().filter(c -> c == available.getFirst() || c.name().equals(CPU))
        .map(c -> ((Available) c.probe()).devices().getFirst()).collect(
            Collectors.collectingAndThen(Collectors.toList(), all -> all.size() == 2 ? all : List.of()));
  }

  /** Whether the same model was measured on all devices, or else the step that would be measured now. */
  private static boolean isKnown(List<Time> times, Step asked, List<DeviceInfo> devices) {
    var near = nearest(asked).map(work -> step(work).orElseThrow());
    return times.stream().map(Time::step)
        .filter(step -> step.model().equals(asked.model()) || near.filter(step::equals).isPresent())
        .anyMatch(step -> devices.stream().allMatch(d -> StoredTimes.millis(times, step, d).isPresent()));
  }

  private static Optional<Workload> nearest(Step asked) {
    var works = new LinkedHashMap<Step, Workload>();
    for (var work : Workloads.ALL) step(work).ifPresent(step -> works.put(step, work));
    return StoredTimes.nearest(List.copyOf(works.keySet()), asked).map(works::get);
  }

  private static Optional<Step> step(Workload work) {
    var named = StoredTimes.STEP.matcher(work.name());
    return named.matches() ? Optional.of(new Step(named.group(1), work.batch())) : Optional.empty();
  }

  private List<Time> compare(Workload work, List<DeviceInfo> devices) {
    var names = devices.stream().map(DeviceInfo::name).toList();
    say.accept("auto: comparing " + String.join(" and ", names) + " by '" + work.name()
        + "', once; 'jacquard bench' compares more.");
    try (var entrants = Entrants.open(backends, names, OpenOptions.DEFAULT)) {
      var row = measure.apply(work, entrants.contenders());
      var times = devices.stream().filter(d -> row.nanos(d.name()).isPresent())
          .map(d -> new Time(d.name(), d.description(), step(work).orElseThrow().model(), work.batch(),
              row.nanos(d.name()).orElseThrow().median() / 1e6))
          .toList();
      keep(times);
      return times;
    }
  }

  /** A cache that cannot be written costs the same seconds next time, and nothing else. */
  private void keep(List<Time> times) {
    try {
      StoredTimes.keep(times);
    } catch (JacquardException e) {
      say.accept("auto: the comparison cannot be kept: " + e.getMessage());
    }
  }
}
