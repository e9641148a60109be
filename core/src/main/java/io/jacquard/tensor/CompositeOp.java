package io.jacquard.tensor;

/**
 * An op defined by other ops. Its decomposition is its specification: a backend may take the op over by a faster path
 * ({@link io.jacquard.spi.Backend#run}), which is tested against it.
 */
public non-sealed interface CompositeOp extends Op {
  /** Computes all outputs, the saved ones included, with operations on tensors. */
  Tensor[] decompose(Tensor[] in);

  /**
   * Whether {@link #backward} is overridden. If not, the gradient is that of the decomposition, whose ops are then
   * recorded one by one.
   */
  default boolean hasRule() {
    return false;
  }
}
