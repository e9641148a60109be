package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * {@code x / sqrt(mean(x^2) + eps) * weight}, the mean being over the last {@code dims} dimensions (Zhang, Sennrich: Root
 * Mean Square Layer Normalization, 2019). The weight may be left out.
 *
 * <pre>{@code
 * var y = Tensor.apply(new RmsNorm(1, 1e-6), x)[0];
 * }</pre>
 *
 * @param dims over how many of the last dimensions, 1 or more
 */
public record RmsNorm(int dims, double eps) implements CompositeOp {
  private static final ScalarFunction SCALED = ScalarFunction.of("rms_norm",
      in -> in[0].mul(in[1]).mul(in[2]));

  @Override
  public String name() {
    return "rms_norm";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    int rank = x.shape().rank();
    if (!x.dtype().isFloating() || dims < 1 || dims > rank) {
      throw new JacquardException("rms_norm: the tensor is " + x + ", expected a floating type and at least "
          + dims + " dimensions, those to normalise over.");
    }
    var normalized = Shape.of(IntStream.range(rank - dims, rank).mapToLong(x.shape()::size).toArray());
    if (in.length > 1
        && (!in[1].shape().equals(normalized) || in[1].dtype().computeType() != x.dtype().computeType())) {
      throw new JacquardException("rms_norm: weight " + in[1] + " does not fit the tensor " + x
          + ", expected " + x.dtype() + normalized + ".");
    }
    return new Spec[]{x};
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var scale = x.square().mean(true, LayerNorm.axes(x.rank(), dims)).add(eps).rsqrt();
    if (in.length == 1) return new Tensor[]{x.mul(scale)};
    var op = SCALED.on(x.dtype(), scale.dtype(), in[1].dtype());
    return new Tensor[]{Tensor.apply(op, x, scale, in[1])[0]};
  }
}
