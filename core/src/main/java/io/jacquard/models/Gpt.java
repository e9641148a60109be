package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Embedding;
import io.jacquard.nn.Init;
import io.jacquard.nn.KeyValueCache;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A transformer that reads from left to right (Radford et al.: Language Models are Unsupervised Multitask Learners, 2019), in
 * the layout of nanoGPT. Keys are GPT-2's: {@code wte.weight}, {@code wpe.weight}, {@code h.0.ln_1.weight}, {@code
 * h.0.attn.c_attn.weight}, {@code h.0.attn.c_proj.weight}, {@code h.0.mlp.c_fc.weight}, {@code ln_f.weight}. The logits'
 * weight is that of {@code wte}.
 *
 * <pre>{@code
 * var model = new Gpt(LanguageModelSizes.of(65).layers(4).heads(4).width(128).context(64));
 * var logits = model.call(Tensor.of(1L, 2L, 3L).unsqueeze(0));   // [1, 3, 65]
 * }</pre>
 *
 * <p>A model of one's own has no biases and the exact GELU, nanoGPT's defaults in training. One that {@link #gpt2} makes has
 * biases and GPT-2's GELU. First values are nanoGPT's.
 */
public final class Gpt extends LanguageModel {
  private final Embedding wte;
  private final Embedding wpe;
  private final Dropout drop;
  private final List<GptBlock> blocks;
  private final LayerNorm lnF;

  public Gpt(LanguageModelSizes sizes) {
    this(sizes, false);
  }

  private Gpt(LanguageModelSizes sizes, boolean gpt2) {
    super(sizes);
    if (sizes.width() % sizes.heads() != 0) {
      throw new JacquardException(
          "Gpt: width is " + sizes.width() + ", expected a multiple of heads, of which there are "
              + sizes.heads() + ".");
    }
    wte = add("wte", new Embedding(sizes.vocabulary(), sizes.width()));
    wpe = add("wpe", new Embedding(sizes.context(), sizes.width()));
    drop = add("drop", new Dropout(sizes.dropout()));
    blocks = IntStream.range(0, sizes.layers()).mapToObj(_ -> new GptBlock(sizes, gpt2)).toList();
    add("h", Sequential.of(blocks));
    lnF = add("ln_f", GptBlock.norm(sizes, gpt2));
    for (var table : List.of(wte, wpe)) Init.normal(0, GptBlock.STD).apply(table.weight());
  }

  /** With biases and GPT-2's GELU, of any size. */
  public static Gpt gpt2(LanguageModelSizes sizes) {
    return new Gpt(sizes, true);
  }

  /**
   * GPT-2 from a safetensors file, as it is published: {@code model.safetensors} of gpt2, gpt2-medium and so on.
   *
   * @throws JacquardException if the file is none of GPT-2's layout, naming what is missing
   */
  public static Gpt fromGpt2(Path file) {
    return Gpt2File.load(file);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return logits(read(x, null));
  }

  /** The last layer's numbers, [N, T, width]. */
  private Tensor read(Tensor tokens, @Nullable List<KeyValueCache> caches) {
    long past = caches == null ? 0 : caches.getFirst().length();
    if (tokens.rank() != 2 || tokens.size(1) < 1 || past + tokens.size(1) > sizes().context()) {
      throw new JacquardException("Gpt: tokens " + tokens.shape() + ", expected [N, T] with T from 1 to "
          + sizes().context() + ", which is the context.");
    }
    // A slice, not a look-up: the same rows, and a gradient without sorting.
    var places = wpe.weight().value().slice(0, past, past + tokens.size(1));
    var y = drop.call(wte.call(tokens).add(places));
    for (int i = 0; i < blocks.size(); i++)
      y = blocks.get(i).call(y, caches == null ? null : caches.get(i));
    return lnF.call(y);
  }

  private Tensor logits(Tensor y) {
    return y.matmul(wte.weight().value().mT());
  }

  /**
   * Keeps the keys and values of each layer, up to the context. What goes beyond it makes the model read the last half of the
   * context again, without what was before, since places count from the beginning.
   */
  @Override
  public Reader reader() {
    return new Cached();
  }

  private final class Cached implements Reader {
    private final List<KeyValueCache> caches = Stream.generate(KeyValueCache::new).limit(blocks.size())
        .toList();
    /** The tokens that the caches hold. */
    private @Nullable Tensor held;

    @Override
    public Tensor read(Tensor tokens) {
      try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
        var unread = tokens;
        var all = held == null ? tokens : Tensor.concat(1, held, tokens);
        int context = sizes().context();
        if (all.size(1) > context) {
          long kept = Math.clamp(tokens.size(1), Math.ceilDiv(context, 2), context);
          all = all.slice(1, all.size(1) - kept, all.size(1));
          unread = all;
          caches.forEach(KeyValueCache::clear);
        }
        var now = all.contiguous().detach().hold();
        if (held != null) held.close();
        held = now;
        return logits(Gpt.this.read(unread, caches).slice(1, unread.size(1) - 1, unread.size(1))).squeeze(1)
            .keep();
      }
    }

    @Override
    public void close() {
      caches.forEach(KeyValueCache::close);
      if (held != null) held.close();
      held = null;
    }
  }
}
