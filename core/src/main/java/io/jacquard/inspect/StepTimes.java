package io.jacquard.inspect;

import io.jacquard.inspect.Moment.Key;
import io.jacquard.tensor.Where.Part;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the time of some training steps went, added up.
 *
 * <pre>{@code
 * var times = profiler.replayed();
 * System.out.println(times.steps() + " steps, of which " + 100 * times.explained() + " % is explained");
 * }</pre>
 */
public final class StepTimes {
  /** How often, and how long together. */
  public record Sum(long count, long nanos) {}

  private final Map<Key, Sum> sums = new LinkedHashMap<>();
  private long steps;
  private long nanos;
  private long waited;

  StepTimes() {}

  void add(Moment moment) {
    sums.merge(moment.key(), new Sum(1, moment.nanos()),
        (a, b) -> new Sum(a.count + b.count, a.nanos + b.nanos));
  }

  /** @param waited for data */
  void endStep(long nanos, long waited) {
    steps++;
    this.nanos += nanos;
    this.waited += waited;
  }

  void addAll(StepTimes other) {
    other.sums.forEach(
        (key, sum) -> sums.merge(key, sum, (a, b) -> new Sum(a.count + b.count, a.nanos + b.nanos)));
    steps += other.steps;
    nanos += other.nanos;
    waited += other.waited;
  }

  /** The number of steps. */
  public long steps() {
    return steps;
  }

  /** The time of all steps together. */
  public long nanos() {
    return nanos;
  }

  /** The time in which they waited for their data. */
  public long dataWait() {
    return waited;
  }

  /** What the backend did, by what, part and layer. */
  public Map<Key, Sum> sums() {
    return Map.copyOf(sums);
  }

  /** The time of what a part of the steps computed. */
  public long computing(Part part) {
    return sums.entrySet().stream()
        .filter(e -> e.getKey().kind() == Moment.Kind.COMPUTE && e.getKey().part() == part)
        .mapToLong(e -> e.getValue().nanos).sum();
  }

  /** The time of a kind of work. */
  public long of(Moment.Kind kind) {
    return sums.entrySet().stream().filter(e -> e.getKey().kind() == kind).mapToLong(e -> e.getValue().nanos)
        .sum();
  }

  /** What is left: the host's own work between calls, and the profile's. */
  public long host() {
    return nanos - waited - sums.values().stream().mapToLong(Sum::nanos).sum();
  }

  /** The share of the time that is not {@link #host}. */
  public double explained() {
    return nanos == 0 ? 0 : 1 - (double) host() / nanos;
  }
}
