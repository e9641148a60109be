package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation: {@code (x - mean) / sqrt(variance + eps) * weight + bias}, mean and biased variance being those of
 * each sample over its last dimensions (Ba et al. 2016).
 *
 * <pre>{@code
 * var y = new LayerNorm(512).call(Tensor.ones(8, 20, 512));
 * }</pre>
 *
 * <p>The parameters {@code weight} and {@code bias} have the normalised shape and begin as 1 and 0.
 */
public final class LayerNorm extends Module {
  private static final double EPS = 1e-5;

  private final Shape normalizedShape;
  private final double eps;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  /** Over the last dimensions, which have these sizes; with eps 1e-5, weight and bias. */
  public LayerNorm(long... normalizedShape) {
    this(Shape.of(normalizedShape), EPS, true, true);
  }

  /**
   * @param normalizedShape the sizes of the last dimensions, over which is normalised
   * @param eps what is added to the variance
   * @param elementwiseAffine with a weight
   * @param bias with a bias as well
   */
  public LayerNorm(Shape normalizedShape, double eps, boolean elementwiseAffine, boolean bias) {
    if (normalizedShape.rank() == 0 || normalizedShape.numel() == 0) {
      throw new JacquardException(
          "LayerNorm: normalizedShape is " + normalizedShape
              + ", expected at least one size, each 1 or more.");
    }
    Check.notNegative("LayerNorm", "eps", eps);
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    weight = elementwiseAffine ? parameter("weight", Init.ones().of(normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? parameter("bias", Init.zeros().of(normalizedShape)) : null;
  }

  /** Null if the layer was made without. */
  public @Nullable Parameter weight() {
    return weight;
  }

  /** Null if the layer was made without. */
  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor x) {
    int dims = normalizedShape.rank();
    boolean fits = x.rank() >= dims;
    for (int d = 1; fits && d <= dims; d++) fits = x.size(-d) == normalizedShape.size(-d);
    if (!fits) {
      throw new JacquardException(
          "LayerNorm: the input is " + x.shape() + ", expected it to end with the sizes "
              + normalizedShape + ".");
    }
    var op = new io.jacquard.ops.LayerNorm(dims, eps);
    if (weight == null) return Tensor.apply(op, x)[0];
    if (bias == null) return Tensor.apply(op, x, weight.value())[0];
    return Tensor.apply(op, x, weight.value(), bias.value())[0];
  }

  @Override
  public String toString() {
    return "LayerNorm(" + normalizedShape + (eps == EPS ? "" : ", eps=" + eps)
        + (weight == null ? ", elementwise_affine=false" : bias == null ? ", bias=false" : "") + ")";
  }
}
