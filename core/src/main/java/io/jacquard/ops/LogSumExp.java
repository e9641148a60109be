package io.jacquard.ops;

import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.List;

/**
 * {@code max + log(sum(exp(x - max)))} over some axes of floats, which stay with size 1.
 *
 * <pre>{@code
 * var y = Tensor.apply(new LogSumExp(List.of(1)), x)[0];   // the same as x.logsumexp(true, 1)
 * }</pre>
 *
 * @param axes ascending, distinct, not negative
 */
public record LogSumExp(List<Integer> axes) implements CompositeOp {
  @Override
  public String name() {
    return "logsumexp";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var shape = in[0].shape();
    for (int axis : axes) shape = shape.with(axis, 1);
    return new Spec[]{new Spec(in[0].dtype(), shape)};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var dims = axes.stream().mapToInt(d -> d).toArray();
    // Without elements there is no largest one to subtract: log(0).
    if (x.numel() == 0) return new Tensor[]{x.sum(true, dims).log()};
    // Infinities must not be subtracted from themselves.
    var shift = Tensor.fuse(m -> m.abs().eq(Double.POSITIVE_INFINITY).where(m.constantFor(0), m),
        x.max(true, dims));
    var sum = Tensor.fuse((v, m) -> v.sub(m).exp(), x, shift).sum(true, dims);
    return new Tensor[]{Tensor.fuse((s, m) -> s.log().add(m), sum, shift)};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  /** {@code dx = g * exp(x - y)}; nothing where y is minus infinity, which no element moves. */
  @Override
  public void backward(Backward b) {
    b.give(0, Tensor.fuse((x, y, g) -> {
      var zero = g.constantFor(0);
      return y.eq(Double.NEGATIVE_INFINITY).where(zero, g.mul(x.sub(y).exp()));
    }, b.input(0), b.output(0), b.gradient(0)));
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.EVERYTHING;
  }
}
