package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Copy;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A mean of a model's weights over its training, which often evaluates better than the last weights; as PyTorch's
 * AveragedModel, whose keys and first update (a copy) it has.
 *
 * <pre>{@code
 * var average = WeightAverage.ema(model, 0.999);
 * for (var batch : loader) {
 *   optimizer.zeroGrad();
 *   lossFn.of(model.call(batch.x()), batch.y()).backward();
 *   optimizer.step();
 *   average.update();
 * }
 * try (var _ = average.applied()) {
 *   trainer.evaluate(data);              // with the mean; then the weights are what they were
 * }
 * }</pre>
 *
 * <p>Buffers, such as running statistics, stay the model's own unless {@link #withBuffers} is called. Parameters that an
 * optimizer has laid out by the first update are averaged in one pass. Halves are averaged in float32.
 */
public final class WeightAverage {
  private static final String COUNT = "n_averaged";
  private static final String PREFIX = "module.";

  private final Module model;
  /** How much of the mean stays; NaN for a plain mean of all. */
  private final double decay;
  private boolean buffers;
  private final List<AveragePiece> pieces = new ArrayList<>();
  private final Map<AverageClock.Kind, AverageClock> clocks = new LinkedHashMap<>();
  private long updates;
  private boolean applied;

  /** Puts the weights back. */
  public interface Applied extends AutoCloseable {
    @Override
    void close();
  }

  private WeightAverage(Module model, double decay) {
    this.model = model;
    this.decay = decay;
  }

  /** An exponential moving mean: {@code mean = decay * mean + (1 - decay) * weight}. */
  public static WeightAverage ema(Module model, double decay) {
    Hyper.share("WeightAverage", "decay", decay);
    return new WeightAverage(model, decay);
  }

  /** The mean of the weights at all updates (Izmailov et al.: Averaging Weights Leads to Wider Optima, UAI 2018). */
  public static WeightAverage of(Module model) {
    return new WeightAverage(model, Double.NaN);
  }

  /** Averages floating buffers too. */
  public WeightAverage withBuffers() {
    if (!pieces.isEmpty())
      throw new JacquardException(
          "WeightAverage: withBuffers() after an update, expected it before the first.");
    buffers = true;
    return this;
  }

  /** Takes the memory for the mean now, where the first update would do it. */
  public void prepare() {
    if (!pieces.isEmpty()) return;
    var averaged = new ArrayList<>(model.parameters());
    if (buffers)
      model.namedBuffers().values().stream().filter(b -> b.dtype().isFloating()).forEach(averaged::add);
    pieces.addAll(AveragePiece.of(averaged));
    for (var piece : pieces) clocks.computeIfAbsent(piece.kind(), kind -> new AverageClock(kind, decay));
  }

  /** Takes the present weights into the mean; after each step of the optimizer, or each epoch. */
  public void update() {
    update(null);
  }

  /**
   * As {@link #update()}, unless a number is 0 that lies on the device: then the mean stays as it is, without the host
   * knowing.
   *
   * @param unlessZero a float32 scalar on the weights' device; null for an update in any case
   */
  public void update(@Nullable Tensor unlessZero) {
    requireOwnWeights("update");
    prepare();
    for (var clock : clocks.values()) clock.tick(unlessZero);
    for (var piece : pieces) piece.update(clock(piece));
    updates++;
  }

  /** Counts an update like the last one, which was made again by other means. */
  public void updateReplayed() {
    updates++;
  }

  /** Counts so many updates no longer, which the device has left out. */
  public void updatesLeftOut(long count) {
    updates -= count;
  }

  private AverageClock clock(AveragePiece piece) {
    return Objects.requireNonNull(clocks.get(piece.kind()), "made with the pieces");
  }

  /** How many updates there were. */
  public long updates() {
    return updates;
  }

  /** Puts the mean in the place of the model's weights, until the result is closed. */
  public Applied applied() {
    requireOwnWeights("applied");
    requireUpdates("applied");
    for (var piece : pieces) piece.apply();
    applied = true;
    return () -> {
      if (!applied) return;
      applied = false;
      for (var piece : pieces) piece.restore();
    };
  }

  private void requireOwnWeights(String what) {
    if (applied) {
      throw new JacquardException("WeightAverage." + what
          + ": the model has the mean for its weights now. Close what applied() returned first.");
    }
  }

  private void requireUpdates(String what) {
    if (updates == 0)
      throw new JacquardException(
          "WeightAverage." + what + ": there was no update() yet, so there is no mean.");
  }

  /** The model's state with the mean in the place of the weights, for {@code other.loadStateDict(average.values())}. */
  public SequencedMap<String, Tensor> values() {
    requireUpdates("values");
    var means = new LinkedHashMap<Parameter, Tensor>();
    for (var piece : pieces) piece.collect(means);
    var all = new LinkedHashMap<String, Tensor>();
    model.namedParameters().forEach((key, p) -> all.put(key, means.getOrDefault(p, p.value().detach())));
    model.namedBuffers().forEach((key, p) -> all.put(key, means.getOrDefault(p, p.value().detach())));
    return all;
  }

  /** The mean and the number of updates, under PyTorch's keys: {@code n_averaged}, {@code module.0.weight}. */
  public SequencedMap<String, Tensor> stateDict() {
    var all = new LinkedHashMap<String, Tensor>();
    all.put(COUNT, Tensor.full(Shape.SCALAR, DType.INT64, updates));
    values().forEach((key, tensor) -> all.put(PREFIX + key, tensor));
    return all;
  }

  /**
   * Copies values of {@link #stateDict} into this mean; the model's own weights and buffers stay.
   *
   * @throws JacquardException naming the first key that is missing or of another shape; nothing is changed then
   */
  public void loadStateDict(Map<String, Tensor> values) {
    requireOwnWeights("loadStateDict");
    prepare();
    var keys = new LinkedHashMap<String, Parameter>(model.namedParameters());
    if (buffers) model.namedBuffers().forEach((key, p) -> {
      if (p.dtype().isFloating()) keys.put(key, p);
    });
    var count = find(values, COUNT, Shape.SCALAR);
    keys.forEach((key, p) -> find(values, PREFIX + key, p.shape()));
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var means = new LinkedHashMap<Parameter, Tensor>();
      for (var piece : pieces) piece.collect(means);
      keys.forEach((key, p) -> {
        var mean = Objects.requireNonNull(means.get(p), "each has a piece");
        var value = find(values, PREFIX + key, p.shape()).detach().to(mean.device()).to(mean.dtype());
        Copy.run(mean.device().backend(), value.view(), mean.view());
      });
      updates = (long) count.item();
      for (var clock : clocks.values()) clock.set(updates);
    }
  }

  private static Tensor find(Map<String, Tensor> values, String key, Shape shape) {
    var value = values.get(key);
    if (value == null || !value.shape().equals(shape)) {
      throw new JacquardException("WeightAverage: " + key + " is "
          + (value == null ? "missing" : "of shape " + value.shape()) + ", expected one of shape " + shape
          + ". Load what stateDict() gave for the same model.");
    }
    return value;
  }
}
