package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;

/**
 * {@code x - max - log(sum(exp(x - max)))} along one dimension.
 *
 * <pre>{@code
 * var y = Tensor.apply(new LogSoftmax(1), x)[0];   // x.logSoftmax(1)
 * }</pre>
 */
public record LogSoftmax(int dim) implements CompositeOp {
  @Override
  public String name() {
    return "log_softmax";
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
