package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;

/**
 * Rows of a table, as {@link Gather} takes them, of which one may be padding: it is looked up as the others are, but gets no
 * gradient.
 *
 * <pre>{@code
 * var rows = Tensor.apply(new Embedding(-1), x, Tensor.of(2L, 0L))[0];
 * }</pre>
 *
 * @param padding the number of that row, -1 for none
 */
public record Embedding(long padding) implements KernelOp {
  private static final Gather GATHER = new Gather();
  private static final ScalarFunction WITHOUT = ScalarFunction.withParams("embedding_backward", trace -> {
    var g = trace.input(0);
    var number = trace.input(1);
    return number.eq(trace.param(0, number.type())).where(g.constantFor(0), g);
  });

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return GATHER.infer(in);
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    GATHER.forward(backend, in, out);
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(2, 0);
  }

  @Override
  public void backward(Backward b) {
    var numbers = b.input(1);
    var g = b.gradient(0);
    if (padding >= 0) {
      var type = numbers.dtype();
      var without = WITHOUT.on(g.dtype(), type).withParams(type.bits(padding));
      g = Tensor.apply(without, g, numbers.unsqueeze(1))[0];
    }
    b.give(0, new ScatterAdd(b.inputShape(0).size(0)), numbers, g);
  }
}
