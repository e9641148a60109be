package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias}, mean and biased variance being those of the last {@code dims}
 * dimensions (Ba et al. 2016). Weight, or weight and bias, may be left out. For the gradient the mean and the reciprocal
 * standard deviation of each row are saved, not the normalised tensor.
 *
 * <pre>{@code
 * var y = Tensor.apply(new LayerNorm(1, 1e-5), x)[0];
 * }</pre>
 *
 * @param dims over how many of the last dimensions, 1 or more
 */
public record LayerNorm(int dims, double eps) implements CompositeOp {
  private static final ScalarFunction PLAIN = ScalarFunction.of("layer_norm",
      in -> in[0].sub(in[1]).mul(in[2]));
  private static final ScalarFunction SCALED = ScalarFunction.of("layer_norm",
      in -> in[0].sub(in[1]).mul(in[2]).mul(in[3]));
  private static final ScalarFunction AFFINE = ScalarFunction.of("layer_norm",
      in -> in[0].sub(in[1]).mul(in[2]).mul(in[3]).add(in[4]));

  @Override
  public String name() {
    return "layer_norm";
  }

  @Override
  public int saved() {
    return 2;
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
      throw new JacquardException(
          "layer_norm: the tensor is " + x + ", expected a floating type and at least "
              + dims + " dimensions, those to normalise over.");
    }
    var statistics = x.dtype().computeType();
    var normalized = Shape.of(IntStream.range(rank - dims, rank).mapToLong(x.shape()::size).toArray());
    for (int i = 1; i < in.length; i++) {
      if (!in[i].shape().equals(normalized) || in[i].dtype().computeType() != statistics) {
        throw new JacquardException("layer_norm: " + (i == 1 ? "weight " : "bias ") + in[i]
            + " does not fit the tensor " + x + ", expected " + x.dtype() + normalized + ".");
      }
    }
    var rows = x.shape();
    for (int axis : axes(rank, dims)) rows = rows.with(axis, 1);
    return new Spec[]{x, new Spec(statistics, rows), new Spec(statistics, rows)};
  }

  static int[] axes(int rank, int dims) {
    return IntStream.range(rank - dims, rank).toArray();
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var t = x.dtype();
    var moments = Moments.of(x, axes(x.rank(), dims));
    var mean = moments.mean();
    var rstd = moments.variance().add(eps).rsqrt();
    var y = switch (in.length) {
      case 1 -> Tensor.apply(PLAIN.on(t, t, t), x, mean, rstd)[0];
      case 2 -> Tensor.apply(SCALED.on(t, t, t, t), x, mean, rstd, in[1])[0];
      default -> Tensor.apply(AFFINE.on(t, t, t, t, t), x, mean, rstd, in[1], in[2])[0];
    };
    return new Tensor[]{y, mean, rstd};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  /** The tensor and the weight. */
  @Override
  public Keep keep(long wanted) {
    return new Keep(3, 0);
  }

  @Override
  public void backward(Backward b) {
    var x = b.input(0);
    Tensor mean;
    Tensor rstd;
    if (GradMode.isEnabled()) {
      // What was saved are numbers; where the gradient is to be differentiated, their dependence on x counts.
      var moments = Moments.of(x, axes(x.rank(), dims));
      mean = moments.mean();
      rstd = moments.variance().add(eps).rsqrt();
    } else {
      mean = b.output(1);
      rstd = b.output(2);
    }
    boolean weighted = b.inputs() > 1;
    boolean weight = weighted && b.needs(1);
    boolean bias = b.inputs() > 2 && b.needs(2);
    var op = new LayerNormBackward(dims, weight, bias);
    var g = b.gradient(0);
    var gradients = weighted
        ? Tensor.apply(op, g, x, mean, rstd, b.input(1))
        : Tensor.apply(op, g, x, mean, rstd);
    b.give(0, gradients[0]);
    if (weight) b.give(1, gradients[1]);
    if (bias) b.give(2, gradients[gradients.length - 1]);
  }
}
