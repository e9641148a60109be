package io.jacquard.models;

import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;

/**
 * A network that predicts the next token of a text: {@code int64 [N, T] -> [N, T, vocabulary]}, logits of what follows each
 * of the T tokens, given those before it.
 *
 * <pre>{@code
 * var tokens = Tensor.of(3L, 1L, 4L).unsqueeze(0);
 * var logits = languageModel.call(tokens);     // [1, 3, 65]; training calls it on windows of a text
 * try (var reader = languageModel.reader()) {
 *   var next = reader.read(tokens);            // [1, 65]; generation goes on from what was read
 * }
 * }</pre>
 *
 * <p>A call begins at the beginning of a text, with nothing read before. A {@link Reader} carries what was read from one call
 * to the next, and gives the same logits as a call on all of the tokens at once.
 */
public abstract class LanguageModel extends Module {
  private final LanguageModelSizes sizes;

  protected LanguageModel(LanguageModelSizes sizes) {
    this.sizes = sizes;
  }

  /** What the network was made with. */
  public final LanguageModelSizes sizes() {
    return sizes;
  }

  /** Begins to read; gradients are not recorded. Call {@link #eval} before, for dropout to rest. */
  public abstract Reader reader();

  /**
   * A text, or N texts of equal length, that are being read: it holds an LSTM's state, or the keys and values of attention,
   * on the device.
   *
   * <pre>{@code
   * try (var reader = languageModel.reader()) {
   *   var afterFirst = reader.read(x);         // [N, vocabulary]
   *   var afterBoth = reader.read(y);
   * }
   * }</pre>
   */
  public interface Reader extends AutoCloseable {
    /**
     * Reads on.
     *
     * @param tokens int64 [N, T], T being 1 or more; N is the same in all calls
     * @return logits [N, vocabulary] of the token that comes after the last; owned by the caller's scope
     */
    Tensor read(Tensor tokens);

    /** Frees what is held. */
    @Override
    void close();
  }
}
