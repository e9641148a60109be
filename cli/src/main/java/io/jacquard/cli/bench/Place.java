package io.jacquard.cli.bench;

import java.util.List;

/**
 * Where workloads are measured: this process ({@link Bout}), or one of their own ({@link Fork}).
 *
 * <pre>{@code
 * try (var place = Fork.start(settings)) {
 *   place.warmUp(work, List.of("cpu"));
 *   var taken = place.take(work, List.of("cpu"));
 * }
 * }</pre>
 */
public interface Place extends AutoCloseable {
  /** A visit without rounds. */
  Taken warmUp(Workload work, List<String> devices);

  /** A visit: the workload is prepared on each device, results are compared, then it is timed in turns. */
  Taken take(Workload work, List<String> devices);

  @Override
  void close();
}
