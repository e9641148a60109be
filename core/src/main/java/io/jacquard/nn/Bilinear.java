package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * {@code y_k = x1^T . weight_k . x2 + bias_k}: every pair of a number of x1 and one of x2 has a weight.
 *
 * <pre>{@code
 * var layer = new Bilinear(20, 30, 40);
 * var y = layer.call(Tensor.ones(8, 20), Tensor.ones(8, 30));   // [8, 40]
 * }</pre>
 *
 * <p>Weight [outFeatures, in1Features, in2Features] and bias [outFeatures] are drawn uniformly from plus or minus
 * 1/sqrt(in1Features). Called with one input, it takes that for both.
 */
public final class Bilinear extends Module {
  private final int in1Features;
  private final int in2Features;
  private final int outFeatures;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  public Bilinear(int in1Features, int in2Features, int outFeatures) {
    this(in1Features, in2Features, outFeatures, true);
  }

  public Bilinear(int in1Features, int in2Features, int outFeatures, boolean withBias) {
    Check.positive("Bilinear", "in1Features", in1Features);
    Check.positive("Bilinear", "in2Features", in2Features);
    Check.positive("Bilinear", "outFeatures", outFeatures);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    double bound = 1 / Math.sqrt(in1Features);
    var uniform = Init.uniform(-bound, bound);
    weight = parameter("weight", uniform.of(Shape.of(outFeatures, in1Features, in2Features)));
    bias = withBias ? parameter("bias", uniform.of(Shape.of(outFeatures))) : null;
  }

  public Parameter weight() {
    return weight;
  }

  /** Null if the layer was made without. */
  public @Nullable Parameter bias() {
    return bias;
  }

  /** Of [..., in1Features] and [..., in2Features], alike but for the last dimension: [..., outFeatures]. */
  public Tensor call(Tensor x1, Tensor x2) {
    return calling(() -> of(x1, x2));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return of(x, x);
  }

  private Tensor of(Tensor x1, Tensor x2) {
    int last = x1.rank() - 1;
    boolean fits = last >= 0 && x2.rank() == x1.rank() && x1.size(-1) == in1Features
        && x2.size(-1) == in2Features
        && x1.shape().without(last).equals(x2.shape().without(last));
    if (!fits) {
      throw new JacquardException(
          "Bilinear: the inputs are " + x1.shape() + " and " + x2.shape() + ", expected [..., "
              + in1Features + "] and [..., " + in2Features + "], alike but for the last dimension.");
    }
    long rows = x1.numel() / in1Features;
    // [in1, out * in2], so that one product does for all: then a row of x2 beside each of its results.
    var matrix = weight.value().permute(1, 0, 2).reshape(in1Features, (long) outFeatures * in2Features);
    var half = x1.reshape(rows, in1Features).matmul(matrix).reshape(rows, outFeatures, in2Features);
    var y = half.mul(x2.reshape(rows, 1, in2Features)).sum(-1);
    if (bias != null) y = y.add(bias.value());
    return y.reshape(x1.shape().with(last, outFeatures));
  }

  @Override
  public String toString() {
    return "Bilinear(" + in1Features + ", " + in2Features + ", " + outFeatures
        + (bias == null ? ", bias=false)" : ")");
  }
}
