package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of [N, C, ...] over groups of channels: {@code (x - mean) / sqrt(variance + eps) * weight + bias}, mean and
 * biased variance being those of each sample's channels in a group (Wu, He 2018). It does not depend on the batch.
 *
 * <pre>{@code
 * var y = new GroupNorm(4, 64).call(Tensor.ones(8, 64, 7, 7));
 * }</pre>
 *
 * <p>The parameters {@code weight} and {@code bias}, [C], begin as 1 and 0.
 */
public final class GroupNorm extends Module {
  private static final double EPS = 1e-5;
  private static final ScalarFunction AFFINE = ScalarFunction.of("group_norm",
      in -> in[0].mul(in[1]).add(in[2]));

  private final int numGroups;
  private final int numChannels;
  private final double eps;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;

  /** With eps 1e-5, weight and bias. */
  public GroupNorm(int numGroups, int numChannels) {
    this(numGroups, numChannels, EPS, true);
  }

  /**
   * @param numGroups into how many groups the channels are cut; must divide them
   * @param eps what is added to the variance
   * @param affine with weight and bias
   */
  public GroupNorm(int numGroups, int numChannels, double eps, boolean affine) {
    Check.positive("GroupNorm", "numGroups", numGroups);
    Check.positive("GroupNorm", "numChannels", numChannels);
    Check.divides("GroupNorm", "numChannels", numChannels, "numGroups", numGroups);
    Check.notNegative("GroupNorm", "eps", eps);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    weight = affine ? parameter("weight", Init.ones().of(Shape.of(numChannels))) : null;
    bias = affine ? parameter("bias", Init.zeros().of(Shape.of(numChannels))) : null;
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
    if (x.rank() < 2 || x.size(1) != numChannels) {
      throw new JacquardException("GroupNorm: the input is " + x.shape() + ", expected [N, C, ...] with "
          + numChannels + " channels.");
    }
    var y = normalized(x, numGroups, eps);
    return weight == null || bias == null ? y : scaled(y, weight.value(), bias.value());
  }

  /** Of [N, C, ...], each of the groups of channels of each sample for itself. */
  static Tensor normalized(Tensor x, int groups, double eps) {
    long rows = x.size(0) * groups;
    var flat = x.reshape(rows, rows == 0 ? 0 : x.numel() / rows);
    return rows == 0 ? x : Tensor.apply(new LayerNorm(1, eps), flat)[0].reshape(x.shape());
  }

  /** Times a weight and plus a bias for each channel. */
  static Tensor scaled(Tensor y, Tensor weight, Tensor bias) {
    var channels = new long[y.rank()];
    java.util.Arrays.fill(channels, 1);
    channels[1] = y.size(1);
    var op = AFFINE.on(y.dtype(), weight.dtype(), bias.dtype());
    return Tensor.apply(op, y, weight.reshape(channels), bias.reshape(channels))[0];
  }

  @Override
  public String toString() {
    return "GroupNorm(" + numGroups + ", " + numChannels + (eps == EPS ? "" : ", eps=" + eps)
        + (weight == null ? ", affine=false)" : ")");
  }
}
