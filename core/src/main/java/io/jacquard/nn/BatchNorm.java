package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What {@link BatchNorm1d} and {@link BatchNorm2d} share: all but the shapes that they take. */
abstract class BatchNorm extends Module {
  static final double EPS = 1e-5;
  static final double MOMENTUM = 0.1;

  /** running * (1 - momentum) + batch * momentum; parameter 0 is the momentum, parameter 1 scales the batch's number. */
  private static final ScalarFunction RUN = ScalarFunction.withParams("running_statistics", trace -> {
    var batch = trace.input(1);
    var momentum = trace.param(0, batch.type());
    var correction = trace.param(1, batch.type());
    return trace.input(0).mul(momentum.rsub(1)).add(batch.mul(correction).mul(momentum));
  });
  /** The same with momentum 1 / count, which makes it the mean of all batches so far; input 2 is their count. */
  private static final ScalarFunction AVERAGE = ScalarFunction.withParams("running_statistics", trace -> {
    var batch = trace.input(1);
    var momentum = trace.input(2).to(batch.type()).reciprocal();
    var correction = trace.param(0, batch.type());
    return trace.input(0).mul(momentum.rsub(1)).add(batch.mul(correction).mul(momentum));
  });
  private static final ScalarFunction NORMALIZE = ScalarFunction.of("batch_norm",
      in -> in[0].sub(in[1]).mul(in[2]));
  private static final ScalarFunction NORMALIZE_AND_SHIFT = ScalarFunction.of("batch_norm",
      in -> in[0].sub(in[1]).mul(in[2]).add(in[3]));

  private final int numFeatures;
  private final double eps;
  private final @Nullable Double momentum;
  private final @Nullable Parameter weight;
  private final @Nullable Parameter bias;
  private final @Nullable Statistics running;

  /** The module's buffers. */
  private record Statistics(Parameter mean, Parameter variance, Parameter batches) {}

  BatchNorm(int numFeatures, double eps, @Nullable Double momentum, boolean affine,
      boolean trackRunningStats) {
    var name = getClass().getSimpleName();
    Check.positive(name, "numFeatures", numFeatures);
    Check.notNegative(name, "eps", eps);
    if (momentum != null) Check.probability(name, "momentum", momentum);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    var shape = Shape.of(numFeatures);
    weight = affine ? parameter("weight", Init.ones().of(shape)) : null;
    bias = affine ? parameter("bias", Init.zeros().of(shape)) : null;
    running = trackRunningStats
        ? new Statistics(buffer("running_mean", Init.zeros().of(shape)),
            buffer("running_var", Init.ones().of(shape)),
            buffer("num_batches_tracked", Tensor.full(Shape.SCALAR, DType.INT64, 0)))
        : null;
  }

  /** Null if the layer was made without. */
  public final @Nullable Parameter weight() {
    return weight;
  }

  /** Null if the layer was made without. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  /** Refuses shapes that this layer does not take. */
  abstract void check(Shape shape);

  final JacquardException wrongShape(Shape shape, String expected) {
    return new JacquardException(
        getClass().getSimpleName() + ": the input is " + shape + ", expected " + expected
            + " with " + numFeatures + " channels.");
  }

  final boolean hasChannels(Shape shape) {
    return shape.rank() > 1 && shape.size(1) == numFeatures;
  }

  @Override
  protected final Tensor forward(Tensor x) {
    return of(x, After.NOTHING, null);
  }

  /** {@code relu(call(x))} in fewer passes over memory. Hooks see the result. */
  public final Tensor callRelu(Tensor x) {
    return calling(() -> of(x, After.RELU, null));
  }

  /** {@code relu(call(x) + residual)} in fewer passes over memory, for a residual of x's shape. Hooks see the result. */
  public final Tensor callAddRelu(Tensor x, Tensor residual) {
    if (!residual.shape().equals(x.shape())) {
      throw new JacquardException(getClass().getSimpleName() + ": the residual is " + residual.shape()
          + ", expected " + x.shape() + ", the input's shape.");
    }
    return calling(() -> of(x, After.ADD_RELU, residual));
  }

  /** What is done to what is normalised. */
  private enum After {
    NOTHING, RELU, ADD_RELU
  }

  private Tensor of(Tensor x, After after, @Nullable Tensor residual) {
    check(x.shape());
    if (x.rank() == 2) return normalized(x, after, residual);
    // Channels that lie last in memory are best taken as columns; all others as planes.
    var order = IntStream.range(0, x.rank()).map(d -> d == 0 ? 0 : d == x.rank() - 1 ? 1 : d + 1).toArray();
    var channelsLast = x.permute(order);
    if (channelsLast.view().layout().isContiguous()) {
      var columns = Shape.of(x.numel() / numFeatures, numFeatures);
      var y = normalized(channelsLast.reshape(columns), after,
          residual == null ? null : residual.permute(order).reshape(columns));
      var back = IntStream.range(0, x.rank()).map(d -> d == 0 ? 0 : d == 1 ? x.rank() - 1 : d - 1).toArray();
      return y.reshape(channelsLast.shape()).permute(back);
    }
    var planes = Shape.of(x.size(0), numFeatures, x.numel() / Math.max(1, x.size(0) * numFeatures));
    return normalized(x.reshape(planes), after, residual == null ? null : residual.reshape(planes))
        .reshape(x.shape());
  }

  /** Of [N, C] or [N, C, L]. */
  private Tensor normalized(Tensor x, After after, @Nullable Tensor residual) {
    if (running != null && !isTraining()) return then(byStatistics(x, running), after, residual);
    boolean fused = after != After.NOTHING && weight != null && bias != null
        && (residual == null || residual.dtype() == x.dtype());
    var out = fused ? withRelu(x, residual) : plain(x);
    if (running != null) run(running, out[1], out[2], io.jacquard.ops.BatchNorm.count(x.shape()));
    return fused ? out[0] : then(out[0], after, residual);
  }

  private Tensor[] plain(Tensor x) {
    var op = new io.jacquard.ops.BatchNorm(eps);
    return weight == null || bias == null
        ? Tensor.apply(op, x)
        : Tensor.apply(op, x, weight.value(), bias.value());
  }

  private Tensor[] withRelu(Tensor x, @Nullable Tensor residual) {
    var op = new BatchNormRelu(eps, residual != null);
    var w = Objects.requireNonNull(weight).value();
    var b = Objects.requireNonNull(bias).value();
    return residual == null ? Tensor.apply(op, x, w, b) : Tensor.apply(op, x, w, b, residual);
  }

  private static Tensor then(Tensor y, After after, @Nullable Tensor residual) {
    if (after == After.NOTHING) return y;
    return residual == null ? y.relu() : Tensor.fuse((a, b) -> a.add(b).relu(), y, residual);
  }

  private void run(Statistics running, Tensor mean, Tensor variance, long count) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      running.batches.assign(running.batches.value().add(1));
      run(running.mean, mean.detach(), running.batches, 1);
      // Of the whole, of which the batch is a sample, the unbiased estimate.
      run(running.variance, variance.detach(), running.batches, (double) count / (count - 1));
    }
  }

  private void run(Parameter statistic, Tensor batch, Parameter batches, double correction) {
    var from = statistic.dtype();
    var type = batch.dtype();
    if (momentum == null) {
      var average = AVERAGE.on(from, type, DType.INT64).withParams(type.bits(correction));
      statistic.assign(Tensor.apply(average, statistic.value(), batch, batches.value())[0]);
    } else {
      var op = RUN.on(from, type).withParams(type.bits(momentum), type.bits(correction));
      statistic.assign(Tensor.apply(op, statistic.value(), batch)[0]);
    }
  }

  private Tensor byStatistics(Tensor x, Statistics running) {
    var scale = running.variance.value().add(eps).rsqrt();
    if (weight != null) scale = scale.mul(weight.value());
    var mean = beside(x, running.mean.value());
    var t = x.dtype();
    if (bias == null)
      return Tensor.apply(NORMALIZE.on(t, mean.dtype(), scale.dtype()), x, mean, beside(x, scale))[0];
    var op = NORMALIZE_AND_SHIFT.on(t, mean.dtype(), scale.dtype(), bias.dtype());
    return Tensor.apply(op, x, mean, beside(x, scale), beside(x, bias.value()))[0];
  }

  private static Tensor beside(Tensor x, Tensor channels) {
    return x.rank() == 2 ? channels : channels.unsqueeze(1);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + numFeatures + (eps == EPS ? "" : ", eps=" + eps)
        + (momentum != null && momentum == MOMENTUM ? "" : ", momentum=" + momentum)
        + (weight == null ? ", affine=false" : "") + (running == null ? ", track_running_stats=false" : "")
        + ")";
  }
}
