package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * {@code x . weight^T + bias} for x [N, in], weight [out, in], bias [out]: one matrix product, the bias in its epilogue.
 *
 * <pre>{@code
 * var y = Tensor.apply(new Linear(), x, layer.weight().value(), bias)[0];
 * }</pre>
 */
public record Linear() implements KernelOp {
  private static final long[] NO_PARAMS = {};
  private static final Map<DType, Gemm> ADD_BIAS = new EnumMap<>(DType.class);
  private static final Map<DType, Reduce> COLUMN_SUM = new EnumMap<>(DType.class);

  static {
    for (var type : DType.values()) {
      if (!type.isFloating()) continue;
      var sum = type.computeType();
      ADD_BIAS.put(type, new Gemm(1, 0, Program.of(in -> in[0].add(in[1]).to(type), sum, type)));
      COLUMN_SUM.put(type, new Reduce("linear_bias_backward", Fold.SUM, Program.of(in -> in[0], type),
          new int[]{0}, false));
    }
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public long multiplyAdds(Spec[] in, Spec[] out) {
    return out[0].shape().numel() * in[0].shape().size(-1);
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.HALF;
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
    var gemm = Objects.requireNonNull(ADD_BIAS.get(out[0].dtype()));
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
  public boolean widens(DeviceInfo device, DType half) {
    return !device.halves().contains(half);
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
    if (b.needs(2)) b.give(2, Objects.requireNonNull(COLUMN_SUM.get(g.dtype())), g);
  }
}
