package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.ViewOp;

/**
 * Dimensions of size 1 stretched, and new leading ones, by strides of 0.
 *
 * <pre>{@code
 * var rows = Tensor.apply(new Expand(Shape.of(32, 10)), bias)[0];   // bias.expand(32, 10)
 * }</pre>
 */
public record Expand(Shape shape) implements ViewOp {
  @Override
  public String name() {
    return "expand";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var from = in[0].shape();
    if (!Shape.broadcast(name(), from, shape).equals(shape)) {
      throw new JacquardException("expand: shape " + from + " does not stretch to " + shape
          + ". Only sizes of 1 stretch; use reshape to change the others.");
    }
    return new Spec[]{new Spec(in[0].dtype(), shape)};
  }

  @Override
  public Layout layout(Layout in) {
    return Broadcasting.expand(in, shape);
  }

  @Override
  public void backward(Backward b) {
    b.give(0, b.gradient(0).sumTo(b.inputShape(0)));
  }
}
