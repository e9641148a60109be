package io.jacquard.cpu;

import io.jacquard.spi.Operation;
import io.jacquard.spi.View;

/** Operations made of others that a backend computes in one go. */
@FunctionalInterface
interface Composites extends AutoCloseable {
  /** As {@link io.jacquard.spi.Backend#run}: false leaves an operation to its decomposition. */
  boolean run(Operation op, View[] in, View[] out);

  @Override
  default void close() {
    // most keep nothing
  }
}
