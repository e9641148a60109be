package io.jacquard.models;

import io.jacquard.Shape;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Heads;
import io.jacquard.nn.Init;
import io.jacquard.nn.KeyValueCache;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer of {@link Gpt}: attention to what came before, and two linear layers, each with a norm before and a way round. */
final class GptBlock extends Module {
  static final double STD = 0.02;
  private static final double EPS = 1e-5;

  private final LayerNorm ln1;
  private final Attention attn;
  private final LayerNorm ln2;
  private final Mlp mlp;

  GptBlock(LanguageModelSizes sizes, boolean gpt2) {
    ln1 = add("ln_1", norm(sizes, gpt2));
    attn = add("attn", new Attention(sizes, gpt2));
    ln2 = add("ln_2", norm(sizes, gpt2));
    mlp = add("mlp", new Mlp(sizes, gpt2));
  }

  static LayerNorm norm(LanguageModelSizes sizes, boolean gpt2) {
    return new LayerNorm(Shape.of(sizes.width()), EPS, true, gpt2);
  }

  /** @param cache of the places before these; null for none */
  Tensor call(Tensor x, @Nullable KeyValueCache cache) {
    return calling(() -> of(x, cache));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return of(x, null);
  }

  private Tensor of(Tensor x, @Nullable KeyValueCache cache) {
    var y = x.add(attn.call(ln1.call(x), cache));
    return y.add(mlp.call(ln2.call(y)));
  }

  private static Linear linear(int in, int out, boolean bias, double std) {
    var linear = new Linear(in, out, bias);
    Init.normal(0, std).apply(linear.weight());
    var own = linear.bias();
    if (own != null) Init.zeros().apply(own);
    return linear;
  }

  /** What adds to the residuals begins smaller the more of it there are (Radford et al. 2019). */
  private static double projection(LanguageModelSizes sizes) {
    return STD / Math.sqrt(2.0 * sizes.layers());
  }

  /** Causal attention of a sequence to itself. */
  private static final class Attention extends Module {
    private final LanguageModelSizes sizes;
    private final Linear cAttn;
    private final Linear cProj;
    private final Dropout dropout;

    Attention(LanguageModelSizes sizes, boolean gpt2) {
      this.sizes = sizes;
      int width = sizes.width();
      cAttn = add("c_attn", linear(width, 3 * width, gpt2, STD));
      cProj = add("c_proj", linear(width, width, gpt2, projection(sizes)));
      dropout = add("resid_dropout", new Dropout(sizes.dropout()));
    }

    Tensor call(Tensor x, @Nullable KeyValueCache cache) {
      return calling(() -> of(x, cache));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return of(x, null);
    }

    private Tensor of(Tensor x, @Nullable KeyValueCache cache) {
      var parts = cAttn.call(x).chunk(3, 2);
      var options = AttentionOptions.defaults().causal().dropout(isTraining() ? sizes.dropout() : 0);
      var y = Heads.attend(parts[0], parts[1], parts[2], sizes.heads(), options, cache);
      return dropout.call(cProj.call(y));
    }
  }

  /** Four times as wide in between. */
  private static final class Mlp extends Module {
    private final boolean gpt2;
    private final Linear cFc;
    private final Linear cProj;
    private final Dropout dropout;

    Mlp(LanguageModelSizes sizes, boolean gpt2) {
      this.gpt2 = gpt2;
      cFc = add("c_fc", linear(sizes.width(), 4 * sizes.width(), gpt2, STD));
      cProj = add("c_proj", linear(4 * sizes.width(), sizes.width(), gpt2, projection(sizes)));
      dropout = add("dropout", new Dropout(sizes.dropout()));
    }

    @Override
    protected Tensor forward(Tensor x) {
      var hidden = cFc.call(x);
      return dropout.call(cProj.call(gpt2 ? hidden.geluTanh() : hidden.gelu()));
    }
  }
}
