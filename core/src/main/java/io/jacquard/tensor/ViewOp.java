package io.jacquard.tensor;

import io.jacquard.spi.Layout;

/**
 * An op of one input that moves no data: its output is the input's memory under another layout.
 *
 * <pre>{@code
 * record FirstRows(long n) implements ViewOp {
 *   public String name() {
 *     return "first_rows";
 *   }
 *
 *   public Spec[] infer(Spec[] in) {
 *     return new Spec[] {new Spec(in[0].dtype(), in[0].shape().with(0, n))};
 *   }
 *
 *   public Layout layout(Layout in) {
 *     return new Layout(in.shape().with(0, n), in.strides(), in.offset());
 *   }
 * }
 * }</pre>
 */
public non-sealed interface ViewOp extends Op {
  Layout layout(Layout in);

  @Override
  default Keep keep(long wanted) {
    return Keep.NOTHING;
  }
}
