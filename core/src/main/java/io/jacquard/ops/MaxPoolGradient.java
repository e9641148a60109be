package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * The gradient of {@link MaxPool}: what arrives for a window goes to the element that was the largest. Inputs: what arrives,
 * and the tap numbers that {@link MaxPool} gave. The result lies in memory as the tap numbers do.
 *
 * <pre>{@code
 * var window = new Window(List.of(new Window.Axis(2, 2, 0, 0, 1)));
 * var gradient = new MaxPoolGradient(window, Shape.of(8, 16, 100));   // a backend's run() meets it
 * }</pre>
 *
 * @param input the shape of the pooling's input
 */
public record MaxPoolGradient(Window window, Shape input) implements KernelOp {
  @Override
  public String name() {
    return "max_pool" + window.rank() + "d_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), input)};
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), in[1].layout().order());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (out[0].numel() == 0 || backend.run(this, in, out)) return;
    var geometry = new PoolGeometry(window, input);
    var type = in[0].dtype();
    boolean atOnce = geometry.atOnce() && geometry.isDisjoint();
    if (!atOnce || !geometry.covers()) Fill.zero(backend, out[0]);
    if (in[0].numel() == 0) return;
    if (atOnce) {
      backend.map(PoolPrograms.spread(type, window.taps()), new long[0], in, geometry.inputs(out[0]));
      return;
    }
    var program = PoolPrograms.spreadTap(type);
    for (var tap : geometry.taps()) {
      var sum = tap.inputs(out[0]);
      backend.map(program, new long[]{PoolPrograms.TAP.bits((double) tap.number())},
          new View[]{sum, tap.outputs(in[0]), tap.outputs(in[1])}, new View[]{sum});
    }
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(2, 0);
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new MaxPoolPick(window), b.gradient(0), b.input(1));
  }
}
