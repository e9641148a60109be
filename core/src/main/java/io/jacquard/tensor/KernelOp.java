package io.jacquard.tensor;

import io.jacquard.spi.Backend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;

/**
 * An op that every backend computes, through the calls of its interface.
 *
 * <pre>{@code
 * record RunningSum(int dim) implements KernelOp {
 *   public String name() {
 *     return "running_sum";
 *   }
 *
 *   public Spec[] infer(Spec[] in) {
 *     return new Spec[] {in[0]};
 *   }
 *
 *   public void forward(Backend backend, View[] in, View[] out) {
 *     backend.scan(Scan.SUM, dim, in[0], out[0]);
 *   }
 * }
 * }</pre>
 *
 * <p>One of many calls may ask {@link Backend#run} first, so that a backend can do it in one of its own; its calls are then
 * what that is tested against, as a {@link CompositeOp}'s decomposition is. Pooling does so.
 */
public non-sealed interface KernelOp extends Op {
  /**
   * How output {@code j} is to lie in memory that is allocated for it, from the buffer's start. It may be given another
   * place, such as that of a parameter's gradient, so {@link #forward} goes by the views that it gets.
   */
  default Layout layout(int j, Spec spec, View[] in) {
    return Layout.contiguous(spec.shape());
  }

  /** Writes the outputs; shapes have been checked by {@link #infer}. */
  void forward(Backend backend, View[] in, View[] out);
}
