package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Copy;
import io.jacquard.ops.Reduce;
import io.jacquard.spi.Device;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scales the loss so that small gradients of float16 do not vanish, and leaves out steps whose gradients overflow
 * (Micikevicius et al.: Mixed Precision Training, 2018). The rule is that of PyTorch's {@code torch.amp.GradScaler}: the scale
 * begins at 65536, is doubled after 2000 good steps in a row, and halved by a step that overflows, which changes nothing
 * else.
 *
 * <pre>{@code
 * try (var scaler = GradScaler.on(device)) {
 *   optimizer.zeroGrad();
 *   scaler.scale(lossFn.of(model.call(x), y)).backward();
 *   scaler.unscale(optimizer.parameters());
 *   GradClip.norm(optimizer.parameters(), 1.0);    // where clipping is wanted
 *   scaler.step(optimizer);
 * }
 * }</pre>
 *
 * <p>All of it lies on the device and is computed there; the host reads nothing, so a step is replayed like any other. An
 * optimizer's own counts do not count steps that were left out.
 */
public final class GradScaler implements AutoCloseable {
  private static final float FIRST = 65536;
  private static final double GROWTH = 2;
  private static final double BACKOFF = 0.5;
  /** After so many good steps it grows. */
  private static final int INTERVAL = 2000;
  private static final String SCALE = "scale";
  private static final String TRACKER = "growth_tracker";

  private final Tensor scale;
  /** Good steps since the scale has changed. */
  private final Tensor good;
  /** 1 if all gradients of the present step are finite, otherwise 0. */
  private final Tensor finite;
  private final int interval;

  private GradScaler(Device device, float scale, int interval) {
    this.interval = interval;
    try (var _ = Scope.open()) {
      this.scale = Tensor.zeros(device, DType.FLOAT32, Shape.SCALAR).add(scale).hold();
      good = Tensor.zeros(device, DType.FLOAT32, Shape.SCALAR).hold();
      finite = Tensor.ones(device, DType.FLOAT32, Shape.SCALAR).hold();
    }
  }

  /** With PyTorch's values, for parameters on a device. */
  public static GradScaler on(Device device) {
    return on(device, FIRST, INTERVAL);
  }

  /**
   * @param scale to begin with
   * @param growthInterval the number of good steps in a row after which it is doubled
   */
  public static GradScaler on(Device device, float scale, int growthInterval) {
    if (!(scale > 0) || Float.isInfinite(scale) || growthInterval < 1) {
      throw new JacquardException("GradScaler: scale " + scale + " and growthInterval " + growthInterval
          + ", expected a number above 0 and 1 or more.");
    }
    return new GradScaler(device, scale, growthInterval);
  }

  /** The present factor, a float32 scalar on the device; owned by this object. */
  public Tensor scale() {
    return scale;
  }

  /** The loss times the scale: call backward on it. */
  public Tensor scale(Tensor loss) {
    return loss.mul(scale);
  }

  /** Divides gradients by the scale, and notes whether all of them are finite. */
  public void unscale(List<Parameter> parameters) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var all = Tensor.ones(finite.device(), DType.FLOAT32, Shape.SCALAR);
      var factor = scale.reciprocal();
      for (var run : GradientRuns.of(parameters)) {
        all = all.minimum(allFinite(run.gradients()));
        GradientRuns.scale(run, factor);
      }
      put(all, finite);
    }
  }

  /** 1 if all are finite, otherwise 0. */
  private static Tensor allFinite(Tensor gradients) {
    // Of a number that is not finite the difference to itself is NaN.
    var each = Program.of(in -> {
      var g = in[0].to(DType.FLOAT32);
      return g.sub(g).eq(0).where(g.constantFor(1), g.constantFor(0));
    }, gradients.dtype());
    var axes = IntStream.range(0, gradients.rank()).toArray();
    return Tensor.apply(new Reduce("all_finite", Fold.MIN, each, axes, false), gradients)[0];
  }

  /** Steps the optimizer, unless {@link #unscale} saw a gradient that is not finite; then moves the scale. */
  public void step(Optimizer optimizer) {
    step(optimizer, null);
  }

  /**
   * As {@link #step(Optimizer)}, unless a number is 0 that lies on the device: then the scale stays as it is, too.
   *
   * @param unlessZero a float32 scalar on the parameters' device; null for a step in any case
   */
  public void step(Optimizer optimizer, @Nullable Tensor unlessZero) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      optimizer.step(unlessZero == null ? finite : finite.mul(unlessZero));
      int last = interval - 1;
      var grown = Tensor.fuse((s, n, ok) -> {
        var up = n.lt(last).where(s, s.mul(GROWTH));
        return ok.ne(0).where(up, s.mul(BACKOFF));
      }, scale, good, finite);
      var counted = Tensor.fuse(
          (n, ok) -> ok.ne(0).where(n.lt(last).where(n.add(1), n.constantFor(0)), n.constantFor(0)), good,
          finite);
      put(chosen(unlessZero, grown, scale), scale);
      put(chosen(unlessZero, counted, good), good);
    }
  }

  private static Tensor chosen(@Nullable Tensor unlessZero, Tensor next, Tensor present) {
    if (unlessZero == null) return next;
    return Tensor.fuse((n, p, go) -> go.ne(0).where(n, p), next, present, unlessZero);
  }

  private static void put(Tensor from, Tensor into) {
    Copy.run(into.device().backend(), from.view(), into.view());
  }

  /** Scale and count of good steps under PyTorch's names; they share this object's memory. */
  public SequencedMap<String, Tensor> stateDict() {
    var all = new LinkedHashMap<String, Tensor>();
    all.put(SCALE, scale.detach());
    all.put(TRACKER, good.detach());
    return all;
  }

  /** Goes on from values of {@link #stateDict}. */
  public void loadStateDict(Map<String, Tensor> values) {
    var newScale = values.get(SCALE);
    var tracker = values.get(TRACKER);
    if (newScale == null || tracker == null || newScale.rank() > 0 || tracker.rank() > 0) {
      throw new JacquardException("GradScaler: the state has " + values.keySet() + ", expected the scalars '"
          + SCALE + "' and '" + TRACKER + "'. Take those of a training in float16.");
    }
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      put(newScale.detach().to(scale.device()).to(DType.FLOAT32), scale);
      put(tracker.detach().to(good.device()).to(DType.FLOAT32), good);
    }
  }

  @Override
  public void close() {
    scale.close();
    good.close();
    finite.close();
  }
}
