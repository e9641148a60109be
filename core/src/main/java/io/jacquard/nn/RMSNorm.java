package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.RmsNorm;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation by the root of the mean square: {@code x / sqrt(mean(x^2) + eps) * weight}, the mean being that of each sample
 * over its last dimensions (Zhang, Sennrich 2019).
 *
 * <pre>{@code
 * var y = new RMSNorm(512).call(Tensor.ones(8, 20, 512));
 * }</pre>
 *
 * <p>The parameter {@code weight} has the normalised shape and begins as 1.
 */
public final class RMSNorm extends Module {
  private final Shape normalizedShape;
  private final @Nullable Double eps;
  private final @Nullable Parameter weight;

  /** Over the last dimensions, which have these sizes; with PyTorch's eps and a weight. */
  public RMSNorm(long... normalizedShape) {
    this(Shape.of(normalizedShape), null, true);
  }

  /**
   * @param normalizedShape the sizes of the last dimensions, over which is normalised
   * @param eps what is added to the mean square; null for the distance from 1 to the next number of the input's type
   * @param elementwiseAffine with a weight
   */
  public RMSNorm(Shape normalizedShape, @Nullable Double eps, boolean elementwiseAffine) {
    if (normalizedShape.rank() == 0 || normalizedShape.numel() == 0) {
      throw new JacquardException("RMSNorm: normalizedShape is " + normalizedShape
          + ", expected at least one size, each 1 or more.");
    }
    if (eps != null) Check.notNegative("RMSNorm", "eps", eps);
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    weight = elementwiseAffine ? parameter("weight", Init.ones().of(normalizedShape)) : null;
  }

  /** Null if the layer was made without. */
  public @Nullable Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor x) {
    int dims = normalizedShape.rank();
    boolean fits = x.rank() >= dims;
    for (int d = 1; fits && d <= dims; d++) fits = x.size(-d) == normalizedShape.size(-d);
    if (!fits) {
      throw new JacquardException("RMSNorm: the input is " + x.shape()
          + ", expected it to end with the sizes " + normalizedShape + ".");
    }
    var op = new RmsNorm(dims, eps != null ? eps : epsilon(x));
    return weight == null ? Tensor.apply(op, x)[0] : Tensor.apply(op, x, weight.value())[0];
  }

  private static double epsilon(Tensor x) {
    return switch (x.dtype()) {
      case FLOAT64 -> 0x1p-52;
      case BFLOAT16 -> 0x1p-7;
      case FLOAT16 -> 0x1p-10;
      default -> 0x1p-23;
    };
  }

  @Override
  public String toString() {
    return "RMSNorm(" + normalizedShape + (eps == null ? "" : ", eps=" + eps)
        + (weight == null ? ", elementwise_affine=false)" : ")");
  }
}
