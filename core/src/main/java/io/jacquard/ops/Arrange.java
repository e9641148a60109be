package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A copy without gaps whose dimensions lie in memory in a given order, outermost first. The gradient is brought into the
 * order of the input.
 *
 * <pre>{@code
 * var channelsLast = Tensor.apply(new Arrange(List.of(0, 2, 3, 1)), Tensor.zeros(8, 3, 4, 4))[0];   // [N, C, H, W] still
 * }</pre>
 */
public record Arrange(List<Integer> order) implements KernelOp {
  public Arrange {
    order = List.copyOf(order);
  }

  /** A row-major copy of a tensor of so many dimensions. */
  public static Arrange rowMajor(int rank) {
    return new Arrange(IntStream.range(0, rank).boxed().toList());
  }

  /** The tensor, with its dimensions in memory in the order of {@code layout}; a copy if they are not. */
  static Tensor like(Layout layout, Tensor x) {
    var wanted = as(layout);
    var own = x.view().layout();
    return !own.isBroadcast() && wanted.equals(as(own)) ? x : Tensor.apply(wanted, x)[0];
  }

  private static Arrange as(Layout layout) {
    return new Arrange(IntStream.of(layout.order()).boxed().toList());
  }

  @Override
  public String name() {
    return "contiguous";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{in[0]};
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), order.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (in[0].numel() > 0) Copy.run(backend, in[0], out[0]);
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    b.give(0, like(b.inputLayout(0), b.gradient(0)));
  }
}
