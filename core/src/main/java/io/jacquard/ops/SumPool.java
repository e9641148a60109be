package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/**
 * The sum of every window over the last dimensions, divided by one number: average pooling. The result lies in memory as
 * the input does.
 *
 * <pre>{@code
 * var pool = new SumPool(new Window(List.of(new Window.Axis(2, 2, 0, 0, 1))), 2);   // a backend's run() meets it
 * }</pre>
 */
public record SumPool(Window window, double divisor) implements KernelOp {
  @Override
  public String name() {
    return "avg_pool" + window.rank() + "d";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    if (!x.dtype().isFloating()) {
      throw new JacquardException(
          name() + ": the input is " + x + ", expected a floating type. Use to(DType.FLOAT32).");
    }
    var geometry = new PoolGeometry(window, x.shape());
    geometry.check(name());
    return new Spec[]{new Spec(x.dtype(), geometry.output())};
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), in[0].layout().order());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var x = in[0];
    var y = out[0];
    if (y.numel() == 0 || backend.run(this, in, out)) return;
    var geometry = new PoolGeometry(window, x.shape());
    var by = new long[]{x.dtype().bits(divisor)};
    if (geometry.atOnce()) {
      backend.map(PoolPrograms.sum(x.dtype(), window.taps()), by, geometry.inputs(x), out);
      return;
    }
    Fill.zero(backend, y);
    var add = Scalars.ADD.on(x.dtype(), x.dtype());
    for (var tap : geometry.taps()) {
      var sum = tap.outputs(y);
      add.forward(backend, new View[]{sum, tap.inputs(x)}, new View[]{sum});
    }
    if (divisor != 1) backend.map(PoolPrograms.divide(x.dtype()), by, new View[]{y}, new View[]{y});
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    var g = Arrange.like(b.inputLayout(0), b.gradient(0));
    b.give(0, new SumPoolGradient(window, divisor, b.inputShape(0)), g);
  }
}
