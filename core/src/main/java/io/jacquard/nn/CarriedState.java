package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.Scalars;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer whose sequences are pieces of longer ones: in training, each call begins with the state that the call
 * before has ended with, and no gradient flows into that call. This is truncated backpropagation through time (Williams,
 * Peng 1990): the layer learns from as many steps as a piece has, and remembers more.
 *
 * <pre>{@code
 * var memory = new CarriedState(new LSTM(16, 64, RecurrentOptions.defaults().batchFirst(true)), 8);
 * var reader = Sequential.of(new Embedding(65, 16), memory, new Linear(64, 65));
 * var streams = new TokenStreams(Vocabulary.bytes().encode("to be or not to be"), 3, 2);
 * var inOrder = DataLoader.inOrder(streams, 2);    // row i goes on where row i of the batch before ended
 * memory.reset();                                  // before each walk over the text
 * }</pre>
 *
 * <p>The state lies in buffers {@code h} and, of an LSTM, {@code c}, so that it is saved with a training, and steps are
 * replayed. In evaluation every call begins with zeros.
 */
public final class CarriedState extends Module {
  private final Recurrent layer;
  private final int samples;
  private final Parameter h;
  private final @Nullable Parameter c;

  /** @param samples in each batch of a training: the number of sequences that go on side by side */
  public CarriedState(Recurrent layer, int samples) {
    Check.positive("CarriedState", "samples", samples);
    this.layer = add("layer", layer);
    this.samples = samples;
    try (var _ = Scope.open()) {
      var zeros = layer.zeros(samples);
      h = buffer("h", copy(zeros.h()));
      c = zeros.c() == null ? null : buffer("c", copy(zeros.cell()));
    }
  }

  /** The layer itself, which carries nothing. */
  public Recurrent layer() {
    return layer;
  }

  /** Begins the next call with zeros. */
  public void reset() {
    try (var _ = Scope.open()) {
      var zeros = layer.zeros(samples);
      h.assign(zeros.h());
      if (c != null) c.assign(zeros.cell());
    }
  }

  /** Its numbers now: what the state is later must not change what a gradient needs of it. */
  private static Tensor copy(Tensor state) {
    return Tensor.apply(Scalars.IDENTITY.on(state.dtype()), state)[0];
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (!isTraining()) return layer.call(x);
    if (x.rank() != 3 || x.size(layer.isBatchFirst() ? 0 : 1) != samples) {
      throw new JacquardException(
          "CarriedState: the input is " + x.shape() + ", expected batches of " + samples
              + " sequences, each of which goes on where it ended in the batch before.");
    }
    var result = layer.call(x, before(), null);
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var after = result.state().detach();
      h.assign(after.h());
      if (c != null) c.assign(after.cell());
    }
    return result.output();
  }

  private RecurrentState before() {
    try (var _ = GradMode.noGrad()) {
      return new RecurrentState(copy(h.value()), c == null ? null : copy(c.value()));
    }
  }

  @Override
  public String toString() {
    return "CarriedState(" + layer + ", " + samples + ")";
  }
}
