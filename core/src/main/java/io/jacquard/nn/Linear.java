package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Arrange;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x . weight^T + bias} for x of shape [..., inFeatures].
 *
 * <pre>{@code
 * var layer = new Linear(784, 128);
 * layer.call(Tensor.zeros(32, 784)).shape();   // [32, 128]
 * Linear.of(Tensor.of(new float[][] {{1, 2, 3}}), Tensor.of(4f));   // x1 + 2 x2 + 3 x3 + 4
 * }</pre>
 *
 * <p>Weight [outFeatures, inFeatures] and bias [outFeatures] are drawn uniformly from plus or minus 1/sqrt(inFeatures),
 * PyTorch's default. In memory the weight lies transposed, which is the order in which the product reads it.
 */
public final class Linear extends Module {
  private final int inFeatures;
  private final int outFeatures;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  public Linear(int inFeatures, int outFeatures) {
    this(inFeatures, outFeatures, true);
  }

  public Linear(int inFeatures, int outFeatures, boolean withBias) {
    Check.positive("Linear", "inFeatures", inFeatures);
    Check.positive("Linear", "outFeatures", outFeatures);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    double bound = 1 / Math.sqrt(inFeatures);
    var uniform = Init.uniform(-bound, bound);
    weight = parameter("weight", uniform.of(Shape.of(inFeatures, outFeatures)).mT());
    bias = withBias ? parameter("bias", uniform.of(Shape.of(outFeatures))) : null;
  }

  private Linear(Tensor weight, @Nullable Tensor bias) {
    inFeatures = Math.toIntExact(weight.size(1));
    outFeatures = Math.toIntExact(weight.size(0));
    this.weight = parameter("weight", copy(weight.mT()).mT());
    this.bias = bias == null ? null : parameter("bias", copy(bias));
  }

  private static Tensor copy(Tensor values) {
    return Tensor.apply(Arrange.rowMajor(values.rank()), values)[0];
  }

  /** A layer that begins with copies of these values: weight [outFeatures, inFeatures], bias [outFeatures] or none. */
  public static Linear of(Tensor weight, @Nullable Tensor bias) {
    boolean fits = weight.rank() == 2 && weight.dtype().isFloating() && weight.numel() > 0
        && (bias == null || bias.dtype() == weight.dtype() && bias.shape().equals(Shape.of(weight.size(0))));
    if (!fits) {
      throw new JacquardException("Linear: weight " + weight.spec() + " and bias "
          + (bias == null ? "none" : bias.spec()) + ", expected one floating type, [out, in] and [out].");
    }
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      return new Linear(weight, bias);
    }
  }

  public Parameter weight() {
    return weight;
  }

  /** Null if the layer was made without. */
  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return with(x, weight.value(), bias == null ? null : bias.value());
  }

  /** What the layer computes, with parameters of the same shapes as its own. */
  Tensor with(Tensor x, Tensor weight, @Nullable Tensor bias) {
    if (bias == null) return x.matmul(weight.mT());
    if (x.rank() == 2) return linear(x, weight, bias);
    var rows = linear(x.reshape(-1, x.size(-1)), weight, bias);
    return rows.reshape(x.shape().with(x.rank() - 1, outFeatures));
  }

  private static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return Tensor.apply(new io.jacquard.ops.Linear(), x, weight, bias)[0];
  }

  @Override
  public String toString() {
    return "Linear(" + inFeatures + ", " + outFeatures + (bias == null ? ", bias=false)" : ")");
  }
}
