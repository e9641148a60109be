package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A scalar program over inputs that broadcast to a common shape, summed down to {@code target}: the opposite of
 * broadcasting, in one pass. Gradients of inputs that were broadcast are of this kind.
 */
record SumTo(String name, Program each, long[] params, Shape target) implements KernelOp {
  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.AS_THEY_ARE;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    return new Spec[]{new Spec(each.outputType(0), target)};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var full = target;
    for (var view : in) full = Shape.broadcast(name, full, view.shape());
    var inputs = Broadcasting.expand(in, full);
    var result = new View[]{aligned(out[0], full.rank())};
    int[] axes = axes(full);
    if (axes.length == 0) {
      backend.map(each, params, inputs, result);
    } else {
      backend.reduce(Reduction.of(Fold.SUM), each.unrounded(), params, inputs, axes, result);
    }
  }

  private int[] axes(Shape full) {
    int missing = full.rank() - target.rank();
    return IntStream.range(0, full.rank())
        .filter(d -> d < missing || target.size(d - missing) == 1 && full.size(d) != 1).toArray();
  }

  private static View aligned(View out, int rank) {
    int missing = rank - out.shape().rank();
    if (missing == 0) return out;
    var shape = out.shape();
    for (int k = 0; k < missing; k++) shape = shape.insert(0, 1);
    var strides = new long[rank];
    System.arraycopy(out.layout().strides(), 0, strides, missing, rank - missing);
    return new View(out.buffer(), out.dtype(), new Layout(shape, strides, out.layout().offset()));
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return SumGradient.keep(each, wanted);
  }

  @Override
  public void backward(Backward b) {
    SumGradient.give(b, name, each, params, b.gradient(0));
  }

  // A record compares an array by its identity, but an op is what it says.

  @Override
  public boolean equals(Object other) {
    return other instanceof SumTo that && name.equals(that.name) && each == that.each
        && Arrays.equals(params, that.params) && target.equals(that.target);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(name, each, target) + Arrays.hashCode(params);
  }

  @Override
  public String toString() {
    return "SumTo[" + name + ", " + target + "]";
  }
}
