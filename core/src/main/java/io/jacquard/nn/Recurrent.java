package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.RequireRange;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RNN}, {@link LSTM} and {@link GRU} have in common: layers of {@link io.jacquard.ops.Recurrence} one above
 * another, over sequences [T, N, inputSize], or [N, T, inputSize] if made with {@code batchFirst}, or [T, inputSize] of one
 * sample.
 *
 * <pre>{@code
 * Recurrent gru = new GRU(28, 64, RecurrentOptions.defaults().batchFirst(true));
 * var output = gru.call(Tensor.ones(8, 5, 28));                                   // [8, 5, 64]: of each step
 * var result = gru.call(Tensor.ones(8, 5, 28), null, null);                       // with the final state
 * var short3 = gru.call(Tensor.ones(2, 5, 28), null, Tensor.of(5L, 3L));          // the second sample has 3 steps
 * }</pre>
 *
 * <p>All parameters are drawn uniformly from plus or minus 1/sqrt(hiddenSize), PyTorch's default; their names are PyTorch's:
 * {@code weight_ih_l0}, {@code weight_hh_l0}, {@code bias_ih_l0}, {@code bias_hh_l0}, {@code weight_ih_l0_reverse}, ... An
 * LSTM with {@code projSize} has {@code weight_hr_l0} as well, [projSize, hiddenSize], and its outputs and h are of that size.
 */
public abstract sealed class Recurrent extends Module permits RNN, LSTM, GRU {
  private final String type;
  private final int inputSize;
  private final int hiddenSize;
  /** The size of h: that of c, but for a projection. */
  private final int outputSize;
  private final RecurrentOptions options;
  private final RecurrentCell cell;
  /** By layer, then direction. */
  private final List<RecurrentWeights> weights = new ArrayList<>();
  private final Dropout dropout;

  Recurrent(String type, RecurrentCell cell, int inputSize, int hiddenSize, RecurrentOptions options) {
    Check.positive(type, "inputSize", inputSize);
    Check.positive(type, "hiddenSize", hiddenSize);
    if (options.dropout() > 0 && options.numLayers() == 1) {
      throw new JacquardException(type + ": dropout is " + options.dropout()
          + " between layers, but there is one layer only. Use a Dropout of its own after it.");
    }
    if (options.projSize() > 0 && (cell != RecurrentCell.LSTM || options.projSize() >= hiddenSize)) {
      throw new JacquardException(type + ": projSize is " + options.projSize() + " beside a hiddenSize of "
          + hiddenSize + ", expected a smaller one, and of an LSTM only.");
    }
    this.type = type;
    this.cell = cell;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.options = options;
    outputSize = options.projSize() > 0 ? options.projSize() : hiddenSize;
    dropout = new Dropout(options.dropout());
    for (int layer = 0; layer < options.numLayers(); layer++) {
      int size = layer == 0 ? inputSize : outputSize * options.directions();
      for (int direction = 0; direction < options.directions(); direction++) {
        var suffix = "_l" + layer + (direction == 1 ? "_reverse" : "");
        weights.add(new RecurrentWeights(this, cell, size, hiddenSize, options, suffix));
      }
    }
  }

  /**
   * What a call gives.
   *
   * <pre>{@code
   * var result = new LSTM(3, 4).call(Tensor.ones(5, 2, 3), null, null);
   * var last = result.state().h();   // [1, 2, 4]
   * }</pre>
   *
   * @param output h of the last layer after each step, [T, N, directions * H], or [N, T, ...]; zeros beyond a sample's length
   * @param state the final states of all layers and directions, [layers * directions, N, H]
   */
  public record Result(Tensor output, RecurrentState state) {}

  @Override
  protected final Tensor forward(Tensor x) {
    return compute(x, null, null, null);
  }

  /**
   * The outputs and final states; both belong to the caller's scope.
   *
   * @param initial states to begin with, [layers * directions, N, H]; null for zeros
   * @param lengths how many steps of each sample count, int64 [N], from 0 to T, on the device; null for all. What lies beyond
   *        a sample's length has no influence: the final state is that after its last step, and the second direction
   *        begins there
   */
  public final Result call(Tensor x, @Nullable RecurrentState initial, @Nullable Tensor lengths) {
    var last = new RecurrentState[1];
    var output = calling(() -> compute(x, initial, lengths, last));
    return new Result(output, last[0]);
  }

  /** @param last takes the final states, which are kept; null if they are not asked for */
  private Tensor compute(Tensor x, @Nullable RecurrentState initial, @Nullable Tensor lengths,
      RecurrentState @Nullable [] last) {
    requireSizes(x, initial);
    boolean single = x.rank() == 2;
    // Without gaps, so that all steps' inputs are the rows of one matrix, here and in backends.
    var y = (single ? x.unsqueeze(1) : options.batchFirst() ? x.transpose(0, 1) : x).contiguous();
    long batch = y.size(1);
    if (lengths != null) requireLengths(lengths, batch, y.size(0));
    var finals = new ArrayList<RecurrentState>();
    for (int layer = 0; layer < options.numLayers(); layer++) {
      if (layer > 0) y = dropped(y);
      var parts = new Tensor[options.directions()];
      for (int direction = 0; direction < parts.length; direction++) {
        int k = layer * parts.length + direction;
        var own = weights.get(k);
        var before = initial == null ? own.zeros(batch) : part(initial, k, single);
        var states = own.run(y, before, direction == 1, lengths);
        parts[direction] = states.h();
        if (last != null) finals.add(at(states, direction == 1 ? 0 : -1));
      }
      y = parts.length == 1 ? parts[0] : Tensor.concat(2, parts);
      if (lengths != null) y = Tensor.where(valid(lengths, y.size(0)), y, 0);
    }
    if (last != null) last[0] = joined(finals, single).keep();
    return single ? y.squeeze(1) : options.batchFirst() ? y.transpose(0, 1) : y;
  }

  /** Between layers; it is no module of its own for the outside, so its mode follows this one's. */
  private Tensor dropped(Tensor y) {
    if (!isTraining() || options.dropout() == 0) return y;
    return dropout.call(y);
  }

  private static Tensor valid(Tensor lengths, long steps) {
    return Tensor.arange(lengths.device(), steps).to(DType.INT64).unsqueeze(1).lt(lengths).unsqueeze(2);
  }

  private static RecurrentState part(RecurrentState all, int k, boolean single) {
    var h = all.h().select(0, k);
    var c = all.c() == null ? null : all.cell().select(0, k);
    return single
        ? new RecurrentState(h.unsqueeze(0), c == null ? null : c.unsqueeze(0))
        : new RecurrentState(h, c);
  }

  private static RecurrentState at(RecurrentState states, int step) {
    return new RecurrentState(states.h().select(0, step),
        states.c() == null ? null : states.cell().select(0, step));
  }

  private RecurrentState joined(List<RecurrentState> finals, boolean single) {
    var h = Tensor.stack(0, finals.stream().map(RecurrentState::h).toArray(Tensor[]::new));
    var c = cell.hasCellState()
        ? Tensor.stack(0, finals.stream().map(RecurrentState::cell).toArray(Tensor[]::new))
        : null;
    return single
        ? new RecurrentState(h.squeeze(1), c == null ? null : c.squeeze(1))
        : new RecurrentState(h, c);
  }

  final boolean isBatchFirst() {
    return options.batchFirst();
  }

  /** The state before the first step: [layers * directions, N, H]. */
  final RecurrentState zeros(long batch) {
    var each = new ArrayList<RecurrentState>();
    for (var own : weights) each.add(own.zeros(batch));
    return joined(each, false);
  }

  private void requireSizes(Tensor x, @Nullable RecurrentState initial) {
    boolean fits = (x.rank() == 2 || x.rank() == 3) && x.size(-1) == inputSize
        && x.size(x.rank() == 3 && options.batchFirst() ? 1 : 0) > 0;
    if (!fits) {
      throw new JacquardException(type + ": the input is " + x.shape() + ", expected "
          + (options.batchFirst() ? "[N, T, " : "[T, N, ") + inputSize + "], or [T, " + inputSize
          + "] of one sample, with T of 1 or more.");
    }
    if (initial == null) return;
    long all = weights.size();
    long batch = x.rank() == 2 ? -1 : x.size(options.batchFirst() ? 0 : 1);
    requireState("h", initial.h(), all, batch, outputSize);
    if (cell.hasCellState()) requireState("c", initial.cell(), all, batch, hiddenSize);
  }

  private void requireState(String what, Tensor state, long all, long batch, int size) {
    var expected = batch < 0 ? Shape.of(all, size) : Shape.of(all, batch, size);
    if (!state.shape().equals(expected)) {
      throw new JacquardException(type + ": the initial " + what + " is " + state.shape() + ", expected "
          + expected + ": layers times directions, samples, "
          + (size == hiddenSize ? "hiddenSize." : "projSize."));
    }
  }

  private void requireLengths(Tensor lengths, long batch, long steps) {
    if (lengths.dtype() != DType.INT64 || lengths.rank() != 1 || lengths.size(0) != batch) {
      throw new JacquardException(type + ": the lengths are " + lengths.spec() + ", expected int64[" + batch
          + "], one for each sample.");
    }
    Tensor.apply(new RequireRange(type + ": length", steps + 1,
        "The sequences have " + steps + " steps; a sample has no more."), lengths);
  }

  @Override
  public String toString() {
    return type + "(" + inputSize + ", " + hiddenSize + options.text() + extra() + ")";
  }

  /** What {@link #toString} says beyond sizes and options. */
  String extra() {
    return "";
  }
}
