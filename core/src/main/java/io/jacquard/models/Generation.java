package io.jacquard.models;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * Writes a text on, token by token.
 *
 * <pre>{@code
 * var generation = new Generation(languageModel, new Sampler(0.8, 0), new Generator(7));
 * generation.from(vocabulary.encode("ROMEO:"), 200, token -> {
 *   System.out.print(vocabulary.decode(token));
 *   return true;                                            // false ends it
 * });
 * }</pre>
 *
 * <p>The model is put into evaluation mode.
 *
 * @param generator of the draws, one a token
 */
public record Generation(LanguageModel model, Sampler sampler, Generator generator) {
  /**
   * Reads a prompt and chooses what follows.
   *
   * @param prompt one token or more
   * @param tokens how many to write at most
   * @param each is told of every new token, and says whether to go on
   */
  public void from(int[] prompt, long tokens, IntPredicate each) {
    if (prompt.length == 0)
      throw new JacquardException(
          "Generation: the prompt is empty, expected one token or more to begin with.");
    model.eval();
    var device = model.parameters().isEmpty() ? Device.current() : model.parameters().getFirst().device();
    try (var reader = model.reader()) {
      var unread = prompt;
      for (long n = 0; n < tokens; n++) {
        int token = sampler.pick(logits(reader, device, unread), generator);
        if (!each.test(token)) return;
        unread = new int[]{token};
      }
    }
  }

  private static float[] logits(LanguageModel.Reader reader, Device device, int[] tokens) {
    try (var _ = Scope.open()) {
      var x = Tensor.of(device, DType.INT32, Shape.of(1, tokens.length), MemorySegment.ofArray(tokens));
      return reader.read(x.to(DType.INT64)).to(DType.FLOAT32).toFloats();
    }
  }
}
