package io.jacquard.cli.bench;

import static java.util.Objects.requireNonNull;

import io.jacquard.JacquardException;
import io.jacquard.train.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One workload on several devices: prepared on each, results compared, then timed in turns.
 *
 * <pre>{@code
 * var row = new Bout(Precision.FLOAT32, new Rounds(9, 0.1, 2)).of(Workloads.ALL.getFirst(), contenders);
 * }</pre>
 *
 * <p>A device that fails, for whatever reason, gets a cell with that reason; the others go on.
 */
public record Bout(Precision precision, Rounds rounds) {
  /** Of the time of a warm-up: before all are warmed up once. Its own comes again before it is timed. */
  private static final double FIRST_WARM_UP = 0.25;

  public Row of(Workload workload, List<Contender> contenders) {
    return Row.of(workload, precision, take(workload, contenders),
        contenders.stream().map(Contender::name).toList());
  }

  /** This process as a place to measure at. */
  public Place on(List<Contender> contenders) {
    var warming = new Bout(precision, new Rounds(0, rounds.turn(), FIRST_WARM_UP * rounds.warmUp()));
    return new Place() {
      @Override
      public Taken warmUp(Workload work, List<String> devices) {
        return warming.take(work, named(devices));
      }

      @Override
      public Taken take(Workload work, List<String> devices) {
        return Bout.this.take(work, named(devices));
      }

      private List<Contender> named(List<String> devices) {
        return contenders.stream().filter(c -> devices.contains(c.name())).toList();
      }

      @Override
      public void close() {
        // who opened the devices closes them
      }
    };
  }

  /** One visit. */
  Taken take(Workload workload, List<Contender> contenders) {
    var reasons = new LinkedHashMap<String, String>();
    var ready = new LinkedHashMap<String, Work>();
    try {
      for (var contender : contenders) {
        try {
          if (workload.products()) precision.require(contender.device().info());
          ready.put(contender.name(), contender.prepare(workload, precision));
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
          reasons.put(contender.name(), reason(e));
        }
      }
      removeDissenters(workload, ready, reasons);
      return Taken.of(rounds.series(ready, (device, e) -> reasons.put(device, reason(e))), reasons);
    } finally {
      ready.values().forEach(Bout::close);
    }
  }

  private static String reason(Throwable e) {
    return e instanceof JacquardException ? String.valueOf(e.getMessage()) : e.toString();
  }

  /** A figure for a wrong result is worth nothing. The first device is the measure for the others. */
  private void removeDissenters(Workload workload, SequencedMap<String, Work> ready,
      Map<String, String> reasons) {
    String first = null;
    float[] expected = null;
    for (var device : List.copyOf(ready.keySet())) {
      try {
        var result = requireNonNull(ready.get(device)).result();
        var problem = expected == null
            ? notFinite(result)
            : difference(first, expected, result, workload.tolerance(precision));
        if (problem == null) {
          if (expected == null) expected = result;
          if (first == null) first = device;
          continue;
        }
        reasons.put(device, problem);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        reasons.put(device, reason(e));
      }
      close(ready.remove(device));
    }
  }

  private static @Nullable String notFinite(float[] result) {
    for (float value : result) {
      if (!Float.isFinite(value)) return "wrong result: " + value + " among its numbers";
    }
    return null;
  }

  /** As in the golden cases: {@code |a - b| <= unit * |b| + unit * max|b|}. */
  private static @Nullable String difference(@Nullable String reference, float[] expected, float[] actual,
      double unit) {
    double largest = 0;
    for (float value : expected) largest = Math.max(largest, Math.abs(value));
    for (int i = 0; i < expected.length; i++) {
      double bound = unit * Math.abs(expected[i]) + unit * largest;
      if (!(Math.abs(expected[i] - actual[i]) <= bound))
        return "wrong result: " + actual[i] + ", where " + reference + " has " + expected[i];
    }
    return null;
  }

  private static void close(@Nullable Work work) {
    if (work == null) return;
    try {
      work.close();
    } catch (RuntimeException _) {
      // its device has failed, which is said already
    }
  }
}
