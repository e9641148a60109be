package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * {@code exp(x - max) / sum(exp(x - max))} along one dimension.
 *
 * <pre>{@code
 * var y = Tensor.apply(new Softmax(1), x)[0];   // x.softmax(1)
 * }</pre>
 */
public record Softmax(int dim) implements CompositeOp {
  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    if (!in[0].dtype().isFloating()) {
      throw new JacquardException(name() + ": the tensor is " + in[0]
          + ", expected a floating type. Use to(DType.FLOAT32).");
    }
    return new Spec[]{in[0]};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    // Without elements there is no largest one to subtract.
    if (in[0].numel() == 0) return new Tensor[]{in[0].neg()};
    var x = in[0];
    var e = Tensor.fuse((v, max) -> v.sub(max).exp(), x, x.max(true, dim).detach());
    return new Tensor[]{e.div(e.sum(true, dim))};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.OUTPUTS;
  }

  /** {@code dx = y * (g - sum(g * y))} */
  @Override
  public void backward(Backward b) {
    var y = b.output(0);
    var g = b.gradient(0);
    // One fold: the products are not written to memory.
    var product = Scalars.MUL.program(g.dtype(), y.dtype());
    var dot = Tensor.apply(new Reduce(name(), Fold.SUM, product, new int[]{dim}, true), g, y)[0];
    b.give(0, Tensor.fuse((yi, gi, s) -> yi.mul(gi.sub(s)), y, g, dot));
  }
}
