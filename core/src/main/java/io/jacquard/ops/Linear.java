package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;

/** {@code x . weight^T + bias} for x [N, in], weight [out, in], bias [out]: one matrix product, the bias in its epilogue. */
public record Linear() implements KernelOp {
  private static final long[] NO_PARAMS = {};
  private static final Gemm ADD_BIAS_32 = new Gemm(1, 0, addBias(DType.FLOAT32));
  private static final Gemm ADD_BIAS_64 = new Gemm(1, 0, addBias(DType.FLOAT64));
  private static final Reduce COLUMN_SUM_32 = columnSum(DType.FLOAT32);
  private static final Reduce COLUMN_SUM_64 = columnSum(DType.FLOAT64);

  private static Program addBias(DType type) {
    return Program.of(in -> in[0].add(in[1]), type, type);
  }

  private static Reduce columnSum(DType type) {
    return new Reduce("linear_bias_backward", Fold.SUM, Program.of(in -> in[0], type), new int[]{0}, false);
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    var weight = in[1];
    var bias = in[2];
    if (x.shape().rank() != 2 || weight.shape().rank() != 2) {
      throw new JacquardException("linear: input " + x.shape() + " and weight " + weight.shape()
          + ", expected matrices [N, in_features] and [out_features, in_features]. Flatten or reshape them.");
    }
    if (x.shape().size(1) != weight.shape().size(1)) {
      throw new JacquardException("linear: input " + x.shape() + " does not fit weight " + weight.shape()
          + ": the input's last dimension must be " + weight.shape().size(1)
          + " (in_features). Flatten the input, or change in_features.");
    }
    if (!bias.shape().equals(Shape.of(weight.shape().size(0)))) {
      throw new JacquardException("linear: bias " + bias.shape() + " does not fit weight " + weight.shape()
          + ", expected [" + weight.shape().size(0) + "], one number for each of the weight's rows.");
    }
    if (!x.dtype().isFloating() || x.dtype() != weight.dtype() || x.dtype() != bias.dtype()) {
      throw new JacquardException("linear: input is " + x.dtype() + ", weight " + weight.dtype() + ", bias "
          + bias.dtype() + "; expected one floating type. Convert the input with to(DType), or the module.");
    }
    return new Spec[]{new Spec(x.dtype(), Shape.of(x.shape().size(0), weight.shape().size(0)))};
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    var gemm = out[0].dtype() == DType.FLOAT32 ? ADD_BIAS_32 : ADD_BIAS_64;
    var bias = new View(in[2].buffer(), in[2].dtype(), Broadcasting.expand(in[2].layout(), out[0].shape()));
    backend.matmul(gemm, NO_PARAMS, in[0], transposed(in[1]), new View[]{bias}, out);
  }

  private static View transposed(View weight) {
    var layout = weight.layout();
    var shape = Shape.of(layout.shape().size(1), layout.shape().size(0));
    return new View(weight.buffer(), weight.dtype(),
        new Layout(shape, new long[]{layout.stride(1), layout.stride(0)}, layout.offset()));
  }

  @Override
  public Keep keep(long wanted) {
    return new Keep((wanted & 1) << 1 | wanted >>> 1 & 1, 0);
  }

  @Override
  public void backward(Backward b) {
    var g = b.gradient(0);
    if (b.needs(0)) b.give(0, new MatMul(), g, b.input(1));
    if (b.needs(1)) b.give(1, new MatMul(), g.mT(), b.input(0));
    if (b.needs(2)) b.give(2, g.dtype() == DType.FLOAT32 ? COLUMN_SUM_32 : COLUMN_SUM_64, g);
  }
}
