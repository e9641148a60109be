package io.jacquard.models;

import io.jacquard.nn.Dropout;
import io.jacquard.nn.Embedding;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.Linear;
import io.jacquard.nn.RecurrentOptions;
import io.jacquard.nn.RecurrentState;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Characters to vectors, an LSTM, and a linear layer to logits (as in Karpathy's "The Unreasonable Effectiveness of Recurrent
 * Neural Networks", 2015). Keys: embedding.weight, lstm.weight_ih_l0, ..., head.weight, head.bias.
 *
 * <pre>{@code
 * var model = new CharLstm(LanguageModelSizes.of(65).layers(2).width(256).dropout(0.2));
 * }</pre>
 *
 * <p>Embeddings are as wide as the state. Dropout comes before each layer but the first, and before the head. A reader has
 * no limit: the state carries all that was read.
 */
public final class CharLstm extends LanguageModel {
  private final Embedding embedding;
  private final LSTM lstm;
  private final Dropout dropout;
  private final Linear head;

  public CharLstm(LanguageModelSizes sizes) {
    super(sizes);
    var options = RecurrentOptions.defaults().numLayers(sizes.layers())
        .dropout(sizes.layers() > 1 ? sizes.dropout() : 0);
    embedding = add("embedding", new Embedding(sizes.vocabulary(), sizes.width()));
    lstm = add("lstm", new LSTM(sizes.width(), sizes.width(), options));
    dropout = add("dropout", new Dropout(sizes.dropout()));
    head = add("head", new Linear(sizes.width(), sizes.vocabulary()));
  }

  @Override
  protected Tensor forward(Tensor x) {
    // Steps first inside: the LSTM goes through them without copies, and so does the head.
    var y = lstm.call(embedding.call(x.transpose(0, 1).contiguous()));
    return head.call(dropout.call(y)).transpose(0, 1);
  }

  @Override
  public Reader reader() {
    return new Stateful();
  }

  private final class Stateful implements Reader {
    private @Nullable RecurrentState state;

    @Override
    public Tensor read(Tensor tokens) {
      try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
        var result = lstm.call(embedding.call(tokens.transpose(0, 1).contiguous()), state, null);
        close();
        state = new RecurrentState(result.state().h().hold(), result.state().cell().hold());
        return head.call(dropout.call(result.output().select(0, -1))).keep();
      }
    }

    @Override
    public void close() {
      if (state == null) return;
      state.h().close();
      state.cell().close();
      state = null;
    }
  }
}
