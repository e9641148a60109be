package io.jacquard.ops;

import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/** {@code exp(x - max) / sum(exp(x - max))} along one dimension. */
public record Softmax(int dim) implements CompositeOp {
  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{in[0]};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
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
    var dot = g.mul(y).sum(true, dim);
    b.give(0, Tensor.fuse((yi, gi, s) -> yi.mul(gi.sub(s)), y, g, dot));
  }
}
