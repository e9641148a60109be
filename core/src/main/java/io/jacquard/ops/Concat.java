package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * Tensors joined along an existing dimension; all other sizes are equal.
 *
 * <pre>{@code
 * var joined = Tensor.apply(new Concat(0), a, b)[0];   // Tensor.concat(0, a, b)
 * }</pre>
 */
public record Concat(int dim) implements KernelOp {
  @Override
  public String name() {
    return "concat";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var first = in[0];
    long total = 0;
    for (var spec : in) {
      boolean fits = spec.dtype() == first.dtype() && spec.shape().rank() == first.shape().rank()
          && spec.shape().with(dim, 0).equals(first.shape().with(dim, 0));
      if (!fits) {
        throw new JacquardException("concat along dimension " + dim + ": " + first + " and " + spec
            + " do not fit. Types and all sizes but that of dimension " + dim + " must be equal.");
      }
      total += spec.shape().size(dim);
    }
    return new Spec[]{new Spec(first.dtype(), first.shape().with(dim, total))};
  }

  /** As the first input lies. */
  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return in[0].layout().inOrder(spec.shape());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    long at = 0;
    for (var view : in) {
      var slice = slice(at, view.shape());
      Copy.run(backend, view, new View(out[0].buffer(), out[0].dtype(), slice.layout(out[0].layout())));
      at += slice.count();
    }
  }

  private Slice slice(long at, Shape part) {
    return new Slice(dim, at, part.size(dim), 1);
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    long at = 0;
    for (int i = 0; i < b.inputs(); i++) {
      var slice = slice(at, b.inputShape(i));
      if (b.needs(i)) b.give(i, g.slice(dim, at, at + slice.count()));
      at += slice.count();
    }
  }
}
