package io.jacquard.inspect;

import io.jacquard.tensor.Where.Part;

/**
 * One thing that a backend was asked for, and how long it took, by a {@link Profiler}.
 *
 * <pre>{@code
 * for (var moment : profiler.moments()) System.out.println(moment.what() + " " + moment.nanos());
 * }</pre>
 *
 * @param what the operation, or {@code upload}, {@code download}, {@code allocate}, {@code free}
 * @param layer of the model: {@code conv1 Conv2d(1, 32, 3)}; empty for none
 * @param begin in nanoseconds since the profile began
 * @param bytes that were moved or allocated; 0 for computing
 */
public record Moment(Kind kind, Part part, String what, String layer, long begin, long nanos, long bytes) {
  /** What kind of work it is. */
  public enum Kind {
    COMPUTE, TRANSFER, ALLOCATION
  }

  /** All that is added up together. */
  Key key() {
    return new Key(kind, part, what, layer);
  }

  /** What is added up. */
  public record Key(Kind kind, Part part, String what, String layer) {}
}
