package io.jacquard.cli.bench;

import java.util.Collections;
import java.util.List;

/** What came of a workload on a device. */
public sealed interface Cell {
  /**
   * Nanoseconds of one.
   *
   * @param nanos between the processes that measured it, or, where there was only one, between its rounds
   * @param processes the median of each process, in their order
   */
  record Measured(Spread nanos, List<Double> processes) implements Cell {
    public Measured {
      processes = List.copyOf(processes);
    }

    /** By one process. */
    public Measured(Spread nanos) {
      this(nanos, List.of(nanos.median()));
    }

    /** Whether it is slower than another one in each of the processes, by a factor. */
    boolean isApartFrom(Measured faster, double factor) {
      return Collections.min(processes) > factor * Collections.max(faster.processes);
    }
  }

  /** It was not measured: the device has nothing for it, failed, or computes something else than the others. */
  record Missing(String reason) implements Cell {}
}
