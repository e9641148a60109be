package io.jacquard.cli.bench;

/** What came of a workload on a device. */
public sealed interface Cell {
  /** Nanoseconds of one. */
  record Measured(Spread nanos) implements Cell {}

  /** It was not measured: the device has nothing for it, failed, or computes something else than the others. */
  record Missing(String reason) implements Cell {}
}
