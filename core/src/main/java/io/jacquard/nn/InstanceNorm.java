package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What {@link InstanceNorm1d} and {@link InstanceNorm2d} share: all but the number of dimensions. */
abstract class InstanceNorm extends Module {
  static final double EPS = 1e-5;
  static final double MOMENTUM = 0.1;
  private static final ScalarFunction BY_STATISTICS = ScalarFunction.of("instance_norm",
      in -> in[0].sub(in[1]).mul(in[2]));

  private final int spatial;
  private final int numFeatures;
  private final double eps;
  private final double momentum;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;
  private final @Nullable Parameter runningMean;
  private final @Nullable Parameter runningVar;

  InstanceNorm(int spatial, int numFeatures, double eps, double momentum, boolean affine,
      boolean trackRunningStats) {
    var name = getClass().getSimpleName();
    Check.positive(name, "numFeatures", numFeatures);
    Check.notNegative(name, "eps", eps);
    Check.probability(name, "momentum", momentum);
    this.spatial = spatial;
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    var shape = Shape.of(numFeatures);
    weight = affine ? parameter("weight", Init.ones().of(shape)) : null;
    bias = affine ? parameter("bias", Init.zeros().of(shape)) : null;
    runningMean = trackRunningStats ? buffer("running_mean", Init.zeros().of(shape)) : null;
    runningVar = trackRunningStats ? buffer("running_var", Init.ones().of(shape)) : null;
    // PyTorch keeps it, and leaves it at 0.
    if (trackRunningStats) buffer("num_batches_tracked", Tensor.full(Shape.SCALAR, DType.INT64, 0));
  }

  /** Null if the layer was made without, which is the default. */
  public final @Nullable Parameter weight() {
    return weight;
  }

  /** Null if the layer was made without, which is the default. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() == spatial + 1 && x.size(0) == numFeatures)
      return normalized(x.unsqueeze(0)).squeeze(0);
    if (x.rank() != spatial + 2 || x.size(1) != numFeatures) {
      throw new JacquardException(getClass().getSimpleName() + ": the input is " + x.shape()
          + ", expected [N, C, spatial...], or [C, spatial...], with " + numFeatures + " channels and "
          + spatial + " spatial dimension" + (spatial == 1 ? "." : "s."));
    }
    return normalized(x);
  }

  private Tensor normalized(Tensor x) {
    var y = runningMean != null && runningVar != null && !isTraining()
        ? byStatistics(x, runningMean, runningVar)
        : byInstance(x);
    return weight == null || bias == null ? y : GroupNorm.scaled(y, weight.value(), bias.value());
  }

  private Tensor byInstance(Tensor x) {
    if (x.numel() == x.size(0) * numFeatures && isTraining()) {
      throw new JacquardException(getClass().getSimpleName() + ": the input is " + x.shape()
          + ": one element has no variance, expected more than one spatial element.");
    }
    if (runningMean != null && runningVar != null) run(x, runningMean, runningVar);
    return GroupNorm.normalized(x, numFeatures, eps);
  }

  /** Towards the mean over the batch of each instance's mean and unbiased variance. */
  private void run(Tensor x, Parameter mean, Parameter variance) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var axes = IntStream.range(2, x.rank()).toArray();
      var values = x.detach();
      mean.assign(mean.value().lerp(values.mean(axes).mean(0).to(mean.dtype()), momentum));
      variance.assign(variance.value().lerp(values.var(axes).mean(0).to(variance.dtype()), momentum));
    }
  }

  private Tensor byStatistics(Tensor x, Parameter mean, Parameter variance) {
    var channels = new long[x.rank()];
    java.util.Arrays.fill(channels, 1);
    channels[1] = numFeatures;
    var scale = variance.value().add(eps).rsqrt().reshape(channels);
    var op = BY_STATISTICS.on(x.dtype(), mean.dtype(), scale.dtype());
    return Tensor.apply(op, x, mean.value().reshape(channels), scale)[0];
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + numFeatures + (eps == EPS ? "" : ", eps=" + eps)
        + (momentum == MOMENTUM ? "" : ", momentum=" + momentum) + (weight == null ? "" : ", affine=true")
        + (runningMean == null ? "" : ", track_running_stats=true") + ")";
  }
}
