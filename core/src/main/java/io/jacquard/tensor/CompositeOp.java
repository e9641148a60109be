package io.jacquard.tensor;

/**
 * An op defined by other ops. Its decomposition is its specification: a backend may take the op over by a faster path
 * ({@link io.jacquard.spi.Backend#run}), which is tested against it.
 *
 * <pre>{@code
 * record Norm() implements CompositeOp {
 *   public String name() {
 *     return "norm";
 *   }
 *
 *   public Spec[] infer(Spec[] in) {
 *     return new Spec[] {new Spec(in[0].dtype(), Shape.SCALAR)};
 *   }
 *
 *   public Tensor[] decompose(Tensor[] in) {
 *     return new Tensor[] {in[0].square().sum().sqrt()};
 *   }
 * }
 * var norm = Tensor.apply(new Norm(), x)[0];
 * }</pre>
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
