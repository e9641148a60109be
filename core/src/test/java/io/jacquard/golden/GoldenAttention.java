package io.jacquard.golden;

import io.jacquard.nn.AttentionMasks;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.MultiheadAttention;
import io.jacquard.nn.MultiheadOptions;
import io.jacquard.nn.RotaryPositions;
import io.jacquard.nn.TransformerDecoder;
import io.jacquard.nn.TransformerDecoderLayer;
import io.jacquard.nn.TransformerEncoder;
import io.jacquard.nn.TransformerEncoderLayer;
import io.jacquard.nn.TransformerOptions;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.tensor.Tensor;

/** Attention, its layers and what is built of them: families/attention.py. */
final class GoldenAttention {
  private GoldenAttention() {}

  static void register(GoldenOps ops) {
    ops.add("attention", r -> {
      var options = AttentionOptions.defaults().mask(r.has("mask") ? r.in("mask") : null);
      if (r.attrs().has("causal")) options = options.causal();
      if (r.attrs().has("scale")) options = options.scale(r.number("scale"));
      return r.in("q").scaledDotProductAttention(r.in("k"), r.in("v"), options);
    });
    ops.add("self_attention", r -> r.load(multihead(r)).call(r.in("x"), masks(r)));
    ops.add("cross_attention",
        r -> r.load(multihead(r)).call(r.in("q"), r.in("k"), r.in("v"), AttentionMasks.none()));
    ops.add("memory_attention",
        r -> r.load(multihead(r)).call(r.in("q"), r.in("k"), r.in("k"), AttentionMasks.none()));
    ops.add("encoder_layer", r -> r.load(encoderLayer(r)).call(r.in("x"), masks(r)));
    ops.add("decoder_layer", r -> r.load(decoderLayer(r)).call(r.in("x"), r.in("memory"), masks(r)));
    ops.add("encoder", r -> r
        .load(new TransformerEncoder(() -> encoderLayer(r), r.integer("layers"), norm(r))).call(r.in("x")));
    ops.add("decoder",
        r -> r.load(new TransformerDecoder(() -> decoderLayer(r), r.integer("layers"), norm(r)))
            .call(r.in("x"), r.in("memory")));
    ops.add("rotary",
        r -> new RotaryPositions((int) r.in(0).size(-1), r.number("base")).call(r.in(0), r.integer("first")));
  }

  private static AttentionMasks masks(GoldenRun r) {
    return AttentionMasks.none().mask(given(r, "mask")).keyPadding(given(r, "padding"));
  }

  private static Tensor given(GoldenRun r, String name) {
    return r.has(name) ? r.in(name) : null;
  }

  private static MultiheadAttention multihead(GoldenRun r) {
    var options = MultiheadOptions.defaults().bias(r.flag("bias")).kdim(r.integer("kdim"))
        .vdim(r.integer("vdim"));
    return new MultiheadAttention(r.integer("embed"), r.integer("heads"),
        r.flag("batch_first") ? options.batchFirst() : options);
  }

  private static TransformerOptions options(GoldenRun r) {
    var options = TransformerOptions.defaults().dimFeedforward(r.integer("forward")).bias(r.flag("bias"))
        .activation(r.text("activation"));
    if (r.flag("batch_first")) options = options.batchFirst();
    return r.flag("norm_first") ? options.normFirst() : options;
  }

  private static TransformerEncoderLayer encoderLayer(GoldenRun r) {
    return new TransformerEncoderLayer(r.integer("width"), r.integer("heads"), options(r));
  }

  private static TransformerDecoderLayer decoderLayer(GoldenRun r) {
    return new TransformerDecoderLayer(r.integer("width"), r.integer("heads"), options(r));
  }

  private static LayerNorm norm(GoldenRun r) {
    return r.flag("norm") ? new LayerNorm(r.integer("width")) : null;
  }
}
