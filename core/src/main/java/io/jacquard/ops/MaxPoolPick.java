package io.jacquard.ops;

import io.jacquard.spi.Backend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * From a tensor like the input of {@link MaxPool}, the elements where that found the largest: undoes its gradient. Inputs:
 * the tensor, and the tap numbers that {@link MaxPool} gave.
 *
 * <pre>{@code
 * var pick = new MaxPoolPick(new Window(List.of(new Window.Axis(2, 2, 0, 0, 1))));   // a backend's run() meets it
 * }</pre>
 */
public record MaxPoolPick(Window window) implements KernelOp {
  @Override
  public String name() {
    return "max_pool" + window.rank() + "d_pick";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), in[1].shape())};
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), in[1].layout().order());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (out[0].numel() == 0 || backend.run(this, in, out)) return;
    Fill.zero(backend, out[0]);
    var program = PoolPrograms.pickTap(in[0].dtype());
    for (var tap : new PoolGeometry(window, in[0].shape()).taps()) {
      var picked = tap.outputs(out[0]);
      backend.map(program, new long[]{PoolPrograms.TAP.bits((double) tap.number())},
          new View[]{picked, tap.inputs(in[0]), tap.outputs(in[1])}, new View[]{picked});
    }
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(2, 0);
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new MaxPoolGradient(window, b.inputShape(0)), b.gradient(0), b.input(1));
  }
}
