package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;

/** What {@link RNNCell}, {@link LSTMCell} and {@link GRUCell} have in common: one step, for a loop of one's own. */
abstract sealed class RecurrentStep extends Module permits RNNCell, LSTMCell, GRUCell {
  private final String type;
  private final int inputSize;
  private final int hiddenSize;
  private final boolean bias;
  private final RecurrentWeights weights;

  RecurrentStep(String type, RecurrentCell cell, int inputSize, int hiddenSize, boolean bias) {
    Check.positive(type, "inputSize", inputSize);
    Check.positive(type, "hiddenSize", hiddenSize);
    this.type = type;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    weights = new RecurrentWeights(this, cell, inputSize, hiddenSize, RecurrentOptions.defaults().bias(bias),
        "");
  }

  /** h' from zeros. */
  @Override
  protected final Tensor forward(Tensor x) {
    require(x);
    return step(x, weights.zeros(x.rank() == 1 ? 1 : x.size(0)), x.rank() == 1).h();
  }

  /** The step, for x [N, inputSize] and states [N, hiddenSize], or all without N. */
  final RecurrentState step(Tensor x, RecurrentState before) {
    require(x);
    var expected = x.rank() == 1 ? Shape.of(hiddenSize) : Shape.of(x.size(0), hiddenSize);
    if (!before.h().shape().equals(expected) || before.c() != null && !before.c().shape().equals(expected)) {
      throw new JacquardException(type + ": the state is " + before.h().shape()
          + (before.c() == null ? "" : " and " + before.c().shape()) + ", expected " + expected
          + " beside the input " + x.shape() + ".");
    }
    if (x.rank() == 2) return step(x, before, false);
    return step(x,
        new RecurrentState(before.h().unsqueeze(0), before.c() == null ? null : before.c().unsqueeze(0)),
        true);
  }

  /** @param before [N, hiddenSize] */
  private RecurrentState step(Tensor x, RecurrentState before, boolean single) {
    var rows = single ? x.unsqueeze(0) : x;
    var after = weights.run(rows.unsqueeze(0), before, false, null);
    return new RecurrentState(rows(after.h(), single), after.c() == null ? null : rows(after.c(), single));
  }

  private static Tensor rows(Tensor states, boolean single) {
    var rows = states.select(0, 0);
    return single ? rows.select(0, 0) : rows;
  }

  private void require(Tensor x) {
    if (x.rank() >= 1 && x.rank() <= 2 && x.size(-1) == inputSize) return;
    throw new JacquardException(type + ": the input is " + x.shape() + ", expected [N, " + inputSize
        + "], or [" + inputSize + "] of one sample.");
  }

  /** What {@link #toString} says beyond sizes. */
  String extra() {
    return "";
  }

  @Override
  public String toString() {
    return type + "(" + inputSize + ", " + hiddenSize + (bias ? "" : ", bias=false") + extra() + ")";
  }
}
