package io.jacquard.tensor;

import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;

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
   * How output {@code j} is to lie in the memory that a backend which takes the op over is given for it, from the buffer's
   * start. Contiguous, but for ops whose backends all write by the views that they get.
   */
  default Layout layout(int j, Spec spec, View[] in) {
    return Layout.contiguous(spec.shape());
  }

  /**
   * Whether {@link #backward} is overridden. If not, the gradient is that of the decomposition, whose ops are then
   * recorded one by one.
   */
  default boolean hasRule() {
    return false;
  }
}
