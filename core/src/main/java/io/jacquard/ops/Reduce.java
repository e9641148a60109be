package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
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
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A scalar program of one result over every element of its inputs (broadcast to a common shape), folded over some axes:
 * {@code sum_i f(x_i, y_i)} in one pass.
 *
 * <pre>{@code
 * var square = Program.of(in -> in[0].mul(in[0]), DType.FLOAT32);
 * var sums = Tensor.apply(new Reduce("sum_of_squares", Reduction.Fold.SUM, square, new int[] {1}, false), x)[0];
 * }</pre>
 *
 * <p>Halves are folded in float32; the result is rounded once, to the program's type.
 *
 * <p>A sum's gradient is the program's derivative times the output's gradient. The gradient of a maximum or minimum is
 * shared equally among the elements that attain it, as PyTorch's {@code amax} does. Those, and products, have a gradient for
 * the program that hands on its one input.
 *
 * @param axes ascending, distinct, not negative
 * @param keepDims whether the folded axes stay, with size 1
 */
public record Reduce(String name, Fold fold, Program each, int[] axes, boolean keepDims) implements KernelOp {
  private static final long[] NO_PARAMS = {};
  private static final ScalarFunction SHARE = ScalarFunction.of("extremes_backward",
      in -> attains(in[0], in[1]).where(in[2].div(in[3]), in[2].constantFor(0)).to(in[0].type()));
  private static final ScalarFunction TIES = ScalarFunction.of("ties",
      in -> attains(in[0], in[1]).to(in[0].type().computeType()));

  /** If one element is NaN so is the extreme, and the NaNs are those that attain it. */
  private static Scalar attains(Scalar x, Scalar extreme) {
    return x.eq(extreme).or(x.isNan());
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.AS_THEY_ARE;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var shape = Broadcasting.common(name, in);
    for (int axis : axes) {
      if (shape.size(axis) == 0 && fold != Fold.SUM && fold != Fold.PRODUCT) {
        throw new JacquardException(name + " over dimension " + axis + " of shape " + shape
            + ": there is no element, so no value. Expected a dimension of at least 1.");
      }
    }
    return new Spec[]{new Spec(type(), shape(shape))};
  }

  private DType type() {
    var type = each.outputType(0);
    if (fold.isArg()) return DType.INT64;
    boolean widens = fold == Fold.SUM || fold == Fold.PRODUCT;
    return widens && !type.isFloating() ? DType.INT64 : type;
  }

  private Shape shape(Shape in) {
    var shape = in;
    for (int k = axes.length - 1; k >= 0; k--)
      shape = keepDims ? shape.with(axes[k], 1) : shape.without(axes[k]);
    return shape;
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var shape = in[0].shape();
    for (var view : in) shape = Shape.broadcast(name, shape, view.shape());
    var inputs = Broadcasting.expand(in, shape);
    backend.reduce(Reduction.of(fold), each.unrounded(), NO_PARAMS, inputs, axes,
        new View[]{withFoldedAxes(out[0])});
  }

  /** The output as the backend wants it, with the folded axes at size 1. */
  private View withFoldedAxes(View out) {
    if (keepDims || axes.length == 0) return out;
    var shape = out.shape();
    for (int axis : axes) shape = shape.insert(axis, 1);
    var strides = new long[shape.rank()];
    for (int d = 0, from = 0, k = 0; d < strides.length; d++) {
      if (k < axes.length && axes[k] == d) {
        k++;
      } else {
        strides[d] = out.layout().stride(from++);
      }
    }
    return new View(out.buffer(), out.dtype(), new Layout(shape, strides, out.layout().offset()));
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    return switch (fold) {
      case SUM -> SumGradient.keep(each, wanted);
      case PRODUCT -> Keep.INPUTS;
      case MIN, MAX, ARGMIN, ARGMAX -> Keep.EVERYTHING;
    };
  }

  @Override
  public void backward(Backward b) {
    switch (fold) {
      case SUM -> SumGradient.give(b, name, each, NO_PARAMS, unfolded(b.gradient(0), fullShape(b)));
      case MIN, MAX -> extremesBackward(b);
      case PRODUCT -> productBackward(b);
      case ARGMIN, ARGMAX -> throw new JacquardException(name + " has no gradient.");
    }
  }

  /** Each factor's gradient is the product of the others, never a quotient: factors may be zero. */
  private void productBackward(Backward b) {
    var x = b.input(0);
    int rank = x.rank();
    var order = IntStream.concat(
        IntStream.range(0, rank).filter(d -> Arrays.binarySearch(axes, d) < 0), Arrays.stream(axes))
        .toArray();
    var back = new int[rank];
    for (int d = 0; d < rank; d++) back[order[d]] = d;
    var apart = x.permute(order);
    var others = apart;
    if (axes.length > 0)
      others = CumulativeProduct.ofOthers(apart.flatten(rank - axes.length)).reshape(apart.shape());
    b.give(0, others.permute(back).mul(unfolded(b.gradient(0), x.shape())));
  }

  private Shape fullShape(Backward b) {
    var full = b.inputShape(0);
    for (int i = 1; i < each.inputs().size(); i++) full = Shape.broadcast(name, full, b.inputShape(i));
    return full;
  }

  private void extremesBackward(Backward b) {
    var x = b.input(0);
    var type = x.dtype();
    var extreme = unfolded(b.output(0), x.shape());
    var count = Tensor.apply(new Reduce("ties", Fold.SUM, TIES.program(type, type), axes, true), x,
        extreme)[0];
    var g = unfolded(b.gradient(0), x.shape());
    b.give(0, SHARE.on(type, type, type, count.dtype()), x, extreme, g, count);
  }

  /** A folded tensor with the folded axes back, at size 1. */
  private Tensor unfolded(Tensor folded, Shape full) {
    var shape = full;
    for (int axis : axes) shape = shape.with(axis, 1);
    return folded.reshape(shape);
  }

  // A record compares an array by its identity, but an op is what it says.

  @Override
  public boolean equals(Object other) {
    return other instanceof Reduce that && name.equals(that.name) && fold == that.fold && each == that.each
        && Arrays.equals(axes, that.axes) && keepDims == that.keepDims;
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hash(name, fold, each, keepDims) + Arrays.hashCode(axes);
  }

  @Override
  public String toString() {
    return "Reduce[" + name + ", " + fold + " over " + Arrays.toString(axes) + (keepDims ? " kept]" : "]");
  }
}
