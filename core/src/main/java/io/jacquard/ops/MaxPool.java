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
 * The largest element of every window over the last dimensions, and as a second result the number of its tap, for the
 * gradient. Of equal elements the first counts, as in PyTorch; a NaN is larger than any number. Padding is never the
 * largest. Both results lie in memory as the input does.
 *
 * <pre>{@code
 * var pool = new MaxPool(new Window(List.of(new Window.Axis(2, 2, 0, 0, 1))));   // a backend's run() meets it
 * }</pre>
 */
public record MaxPool(Window window) implements KernelOp {
  @Override
  public String name() {
    return "max_pool" + window.rank() + "d";
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
    return new Spec[]{new Spec(x.dtype(), geometry.output()), new Spec(PoolPrograms.TAP, geometry.output())};
  }

  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    return Layout.dense(spec.shape(), in[0].layout().order());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var x = in[0];
    if (out[0].numel() == 0 || backend.run(this, in, out)) return;
    var geometry = new PoolGeometry(window, x.shape());
    if (geometry.atOnce()) {
      backend.map(PoolPrograms.max(x.dtype(), window.taps()), new long[0], geometry.inputs(x), out);
      return;
    }
    Fill.run(backend, x.dtype().bits(Double.NEGATIVE_INFINITY), out[0]);
    Fill.run(backend, PoolPrograms.TAP.bits(PoolPrograms.NO_TAP), out[1]);
    var program = PoolPrograms.maxOfTap(x.dtype());
    for (var tap : geometry.taps()) {
      var largest = tap.outputs(out[0]);
      var number = tap.outputs(out[1]);
      backend.map(program, new long[]{PoolPrograms.TAP.bits((double) tap.number())},
          new View[]{largest, number, tap.inputs(x)}, new View[]{largest, number});
    }
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep(0, 2);
  }

  @Override
  public void backward(Backward b) {
    var g = Arrange.like(b.inputLayout(0), b.gradient(0));
    b.give(0, new MaxPoolGradient(window, b.inputShape(0)), g, b.output(1).detach());
  }
}
