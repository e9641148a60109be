package io.jacquard.tensor;

import io.jacquard.spi.Backend;
import io.jacquard.spi.View;

/** An op that every backend computes, through the calls of its interface. */
public non-sealed interface KernelOp extends Op {
  /** Writes the outputs; shapes have been checked by {@link #infer}. */
  void forward(Backend backend, View[] in, View[] out);
}
