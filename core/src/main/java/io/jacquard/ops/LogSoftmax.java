package io.jacquard.ops;

import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/** {@code x - max - log(sum(exp(x - max)))} along one dimension. */
public record LogSoftmax(int dim) implements CompositeOp {
  @Override
  public String name() {
    return "log_softmax";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{in[0]};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var shifted = in[0].sub(in[0].max(true, dim).detach());
    return new Tensor[]{shifted.sub(shifted.exp().sum(true, dim).log())};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.OUTPUTS;
  }

  /** {@code dx = g - exp(y) * sum(g)} */
  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    b.give(0, Tensor.fuse((y, gi, s) -> gi.sub(y.exp().mul(s)), b.output(0), g, g.sum(true, dim)));
  }
}
