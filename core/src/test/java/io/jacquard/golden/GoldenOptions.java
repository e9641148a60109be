package io.jacquard.golden;

import io.jacquard.data.Batch;
import io.jacquard.data.image.Mix;
import io.jacquard.nn.AttentionMasks;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.MultiheadAttention;
import io.jacquard.nn.MultiheadOptions;
import io.jacquard.nn.RecurrentOptions;
import io.jacquard.nn.RecurrentState;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import java.util.List;
import java.util.function.Function;

/** What layers and optimizers have beyond the usual: families/options.py. */
final class GoldenOptions {
  private GoldenOptions() {}

  static void register(GoldenOps ops) {
    ops.addAll("projected_lstm", GoldenTolerance.USUAL, r -> {
      var options = RecurrentOptions.defaults().numLayers(r.integer("layers")).bias(r.flag("bias"))
          .batchFirst(r.flag("batch_first")).bidirectional(r.flag("bidirectional"))
          .projSize(r.integer("proj"));
      var before = r.has("h0") ? new RecurrentState(r.in("h0"), r.in("c0")) : null;
      var result = r.load(new LSTM(r.integer("in"), r.integer("hidden"), options)).call(r.in("x"), before,
          r.has("lengths") ? r.in("lengths") : null);
      return List.of(result.output(), result.state().h(), result.state().cell());
    });
    ops.addAll("attention_weights", GoldenTolerance.USUAL, r -> {
      var layer = r.load(new MultiheadAttention(r.integer("embed"), r.integer("heads"),
          MultiheadOptions.defaults().batchFirst()));
      var masks = AttentionMasks.none().mask(r.has("mask") ? r.in("mask") : null);
      var result = layer.call(r.in("q"), r.in("k"), r.in("k"), masks, r.flag("average"));
      return List.of(result.output(), result.weights());
    });
    rows(ops, "rows by SGD", a -> SGD.of(a.number("lr")));
    rows(ops, "rows by SparseAdam", a -> {
      var betas = a.has("betas") ? a.numbers("betas") : new double[]{0.9, 0.999};
      return new Adam(a.number("lr"), betas[0], betas[1], 1e-15, 0, false);
    });
    ops.addAll("mix", GoldenTolerance.USUAL, r -> {
      var mixed = Mix.mixUp(1, 4).of(new Batch(r.in("x"), r.in("y")), r.in("numbers"));
      return List.of(mixed.x(), mixed.y());
    });
  }

  private static void rows(GoldenOps ops, String name, Function<GoldenAttrs, Rule> rule) {
    ops.put(name, (golden, _) -> GoldenTrace.training(golden, new GoldenTrace.Training(parameters -> {
      parameters.forEach(p -> p.sparse(true));
      return rule.apply(golden.attrs()).over(parameters);
    }), GoldenTolerance.USUAL));
  }
}
