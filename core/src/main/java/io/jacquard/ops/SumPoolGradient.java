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
 * The gradient of {@link SumPool}: each element of a window gets the same share. It lies in memory as what arrives does.
 *
 * <pre>{@code
 * var window = new Window(List.of(new Window.Axis(2, 2, 0, 0, 1)));
 * var gradient = new SumPoolGradient(window, 2, Shape.of(8, 16, 100));   // a backend's run() meets it
 * }</pre>
 *
 * @param input the shape of the pooling's input
 */
public record SumPoolGradient(Window window, double divisor, Shape input) implements KernelOp {
  @Override
  public String name() {
    return "avg_pool" + window.rank() + "d_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(in[0].dtype(), input)};
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), in[0].layout().order());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (out[0].numel() == 0 || backend.run(this, in, out)) return;
    var geometry = new PoolGeometry(window, input);
    var type = in[0].dtype();
    var by = new long[]{type.bits(divisor)};
    boolean atOnce = geometry.atOnce() && geometry.isDisjoint();
    if (!atOnce || !geometry.covers()) Fill.zero(backend, out[0]);
    if (in[0].numel() == 0) return;
    if (atOnce) {
      backend.map(PoolPrograms.share(type, window.taps()), by, in, geometry.inputs(out[0]));
      return;
    }
    var program = PoolPrograms.shareOfTap(type);
    for (var tap : geometry.taps()) {
      var sum = tap.inputs(out[0]);
      backend.map(program, by, new View[]{sum, tap.outputs(in[0])}, new View[]{sum});
    }
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    b.give(0, new SumPool(window, divisor), b.gradient(0));
  }
}
