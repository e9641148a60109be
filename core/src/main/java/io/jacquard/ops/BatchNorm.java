package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code (x - mean) / sqrt(variance + eps) * weight + bias} for x of shape [N, C] or [N, C, L], mean and biased variance
 * being those of each channel (Ioffe, Szegedy 2015). Weight and bias, both [C], may be left out together. Mean and variance
 * are results too, for running statistics; together with x they are all that is kept for the gradient.
 *
 * <pre>{@code
 * var out = Tensor.apply(new BatchNorm(1e-5), x);   // the normalised tensor, mean, variance
 * }</pre>
 *
 * <p>Images are reshaped by the caller: [N, C, H, W] to [N, C, H*W], or, where they lie channels-last in memory, to
 * [N*H*W, C]. Either is a view.
 */
public record BatchNorm(double eps) implements CompositeOp {
  private static final ScalarFunction PLAIN = ScalarFunction.of("batch_norm",
      in -> in[0].sub(in[1]).mul(in[2]));
  private static final ScalarFunction AFFINE = ScalarFunction.of("batch_norm",
      in -> in[0].sub(in[1]).mul(in[2]).mul(in[3]).add(in[4]));
  /** What reaches x through the variance: its gradient times 2 (x - mean) / count. */
  private static final ScalarFunction THROUGH_VARIANCE = ScalarFunction.of("batch_norm_backward",
      in -> in[0].sub(in[1]).mul(in[2]));

  @Override
  public String name() {
    return "batch_norm";
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.FLOAT32;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    int rank = x.shape().rank();
    if (!x.dtype().isFloating() || rank != 2 && rank != 3) {
      throw new JacquardException("batch_norm: the tensor is " + x
          + ", expected a floating type and the shape [N, C] or [N, C, L].");
    }
    var channels = new Spec(x.dtype().computeType(), Shape.of(x.shape().size(1)));
    for (int i = 1; i < in.length; i++) {
      if (!in[i].shape().equals(channels.shape()) || in[i].dtype().computeType() != channels.dtype()) {
        throw new JacquardException("batch_norm: " + (i == 1 ? "weight " : "bias ") + in[i]
            + " does not fit the tensor " + x + ", expected " + channels + ", one number for each channel.");
      }
    }
    if (count(x.shape()) < 2) {
      throw new JacquardException("batch_norm: the tensor " + x.shape()
          + " has fewer than two values for each channel, so no variance. Train with larger batches, or call eval().");
    }
    return new Spec[]{x, channels, channels};
  }

  static int[] axes(int rank) {
    return rank == 2 ? new int[]{0} : new int[]{0, 2};
  }

  /** Over how many values each channel's mean is taken. */
  public static long count(Shape x) {
    return x.size(0) * (x.rank() == 2 ? 1 : x.size(2));
  }

  /** One number for each channel, as it broadcasts beside x. */
  static Tensor beside(Tensor x, Tensor channels) {
    return x.rank() == 2 ? channels : channels.reshape(-1, 1);
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var x = in[0];
    var t = x.dtype();
    var moments = Moments.of(x, axes(x.rank()));
    var mean = moments.mean();
    var rstd = moments.variance().add(eps).rsqrt();
    var y = in.length == 1
        ? Tensor.apply(PLAIN.on(t, t, t), x, mean, rstd)[0]
        : Tensor.apply(AFFINE.on(t, t, t, t, t), x, mean, rstd, beside(x, in[1]), beside(x, in[2]))[0];
    return new Tensor[]{y, mean.reshape(-1), moments.variance().reshape(-1)};
  }

  @Override
  public boolean hasRule() {
    return true;
  }

  /** The tensor and the weight; mean and variance. */
  @Override
  public Keep keep(long wanted) {
    return new Keep(3, 6);
  }

  @Override
  public void backward(Backward b) {
    var x = b.input(0);
    var mean = b.output(1);
    var rstd = b.output(2).add(eps).rsqrt();
    boolean affine = b.inputs() > 1;
    var op = new BatchNormBackward();
    var g = b.gradient(0);
    var gradients = affine
        ? Tensor.apply(op, g, x, mean, rstd, b.input(1))
        : Tensor.apply(op, g, x, mean, rstd);
    b.give(0, plusStatistics(gradients[0], x, mean, b.arrivedGradient(1), b.arrivedGradient(2)));
    if (!affine) return;
    b.give(1, gradients[1]);
    b.give(2, gradients[2]);
  }

  /** Mean and variance are results: what arrives for them goes to x as well. */
  static Tensor plusStatistics(Tensor dx, Tensor x, Tensor mean, @Nullable Tensor ofMean,
      @Nullable Tensor ofVariance) {
    long count = count(x.shape());
    var sum = dx;
    if (ofMean != null) sum = sum.add(beside(x, ofMean.div(count)));
    if (ofVariance != null) {
      var t = x.dtype();
      var through = THROUGH_VARIANCE.on(t, t, t);
      sum = sum.add(Tensor.apply(through, x, beside(x, mean), beside(x, ofVariance.mul(2.0 / count)))[0]);
    }
    return sum;
  }
}
