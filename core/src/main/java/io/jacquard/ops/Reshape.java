package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.ViewOp;
import org.jspecify.annotations.Nullable;

/**
 * The same elements in row-major order under another shape, for layouts whose strides allow it without a copy.
 *
 * <pre>{@code
 * var flat = Tensor.apply(new Reshape(Shape.of(x.numel())), x)[0];   // x.flatten(), for an x without gaps
 * }</pre>
 */
public record Reshape(Shape shape) implements ViewOp {
  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), shape)};
  }

  @Override
  public Layout layout(Layout in) {
    var layout = of(in, shape);
    if (layout == null)
      throw new IllegalStateException("reshape of " + in + " to " + shape + " needs a copy");
    return layout;
  }

  @Override
  public void backward(Backward b) {
    b.give(0, b.gradient(0).reshape(b.inputShape(0)));
  }

  /**
   * The layout under another shape of as many elements; null if no strides can express it.
   *
   * <p>Walks both shapes from the last dimension: old dimensions that follow each other without a gap form a block, and
   * new dimensions must divide that block.
   */
  public static @Nullable Layout of(Layout in, Shape shape) {
    if (in.shape().equals(shape)) return in;
    if (shape.numel() == 0 || in.isContiguous()) {
      return new Layout(shape, Layout.contiguous(shape).strides(), in.offset());
    }
    var strides = new long[shape.rank()];
    int from = in.shape().rank() - 1;
    int to = shape.rank() - 1;
    while (to >= 0 || from >= 0) {
      while (from >= 0 && in.shape().size(from) == 1) from--;
      if (from < 0) {
        for (; to >= 0; to--)
          strides[to] = 1; // only sizes of 1 are left
        break;
      }
      long step = in.stride(from);
      long block = in.shape().size(from);
      while (from > 0 && (in.shape().size(from - 1) == 1 || in.stride(from - 1) == block * step)) {
        from--;
        block *= in.shape().size(from);
      }
      long filled = 1;
      while (to >= 0 && filled * shape.size(to) <= block) {
        strides[to] = step * filled;
        filled *= shape.size(to);
        to--;
      }
      if (filled != block) return null;
      from--;
    }
    return new Layout(shape, strides, in.offset());
  }
}
