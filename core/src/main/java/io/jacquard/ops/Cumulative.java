package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Scan;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;

/** A running fold along one dimension: element i is the fold of elements 0 to i. Sums and products of integers are int64. */
record Cumulative(Scan how, int dim) implements KernelOp {
  @Override
  public String name() {
    return switch (how) {
      case SUM -> "cumsum";
      case PRODUCT -> "cumprod";
      case MIN -> "cummin";
      case MAX -> "cummax";
    };
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var type = in[0].dtype();
    boolean extreme = how == Scan.MIN || how == Scan.MAX;
    if (extreme && type == DType.BOOL) {
      throw new JacquardException(
          name() + ": the tensor is " + in[0] + ", expected numbers. Use to(DType.UINT8).");
    }
    return new Spec[]{new Spec(extreme || type.isFloating() ? type : DType.INT64, in[0].shape())};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    if (in[0].numel() > 0) backend.scan(how, dim, in[0], out[0]);
  }

  @Override
  public Keep keep(long wanted) {
    return how == Scan.PRODUCT ? Keep.EVERYTHING : Keep.NOTHING;
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    switch (how) {
      case SUM -> b.give(0, g.flip(dim).cumsum(dim).flip(dim));
      // The fast rule is right at zeros, but its own gradient would not be.
      case PRODUCT -> b.give(0, GradMode.isEnabled()
          ? CumulativeProduct.differentiable(b.input(0), g, dim)
          : CumulativeProduct.gradient(b.input(0), b.output(0), g, dim));
      case MIN, MAX -> throw new JacquardException(
          name() + " has no gradient of its own: it is that of the elements chosen.");
    }
  }
}
