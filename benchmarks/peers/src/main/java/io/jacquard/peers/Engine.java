package io.jacquard.peers;

import java.util.Optional;

/** What can do workloads: a class with a public constructor that takes how many threads compute. */
public interface Engine extends AutoCloseable {
  /** Its name and version. */
  String version();

  /** Empty if the engine has nothing for this work. */
  Optional<Task> prepare(Workload work);

  @Override
  default void close() {}
}
