package io.jacquard.golden;

import io.jacquard.nn.GRU;
import io.jacquard.nn.GRUCell;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.LSTMCell;
import io.jacquard.nn.RNN;
import io.jacquard.nn.RNNCell;
import io.jacquard.nn.Recurrent;
import io.jacquard.nn.RecurrentOptions;
import io.jacquard.nn.RecurrentState;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** Recurrent layers and cells: families/recurrence.py. */
final class GoldenRecurrence {
  private GoldenRecurrence() {}

  static void register(GoldenOps ops) {
    layer(ops, "RNN", r -> new RNN(r.integer("in"), r.integer("hidden"), options(r),
        r.attrs().has("nonlinearity") ? r.text("nonlinearity") : "tanh"));
    layer(ops, "LSTM", r -> new LSTM(r.integer("in"), r.integer("hidden"), options(r)));
    layer(ops, "GRU", r -> new GRU(r.integer("in"), r.integer("hidden"), options(r)));
    ops.add("RNNCell", r -> r.load(new RNNCell(r.integer("in"), r.integer("hidden"), r.flag("bias"), "tanh"))
        .call(r.in("x"), r.in("h")));
    ops.add("GRUCell", r -> r.load(new GRUCell(r.integer("in"), r.integer("hidden"), r.flag("bias")))
        .call(r.in("x"), r.in("h")));
    ops.addAll("LSTMCell", GoldenTolerance.USUAL, r -> {
      var state = r.load(new LSTMCell(r.integer("in"), r.integer("hidden"), r.flag("bias")))
          .call(r.in("x"), new RecurrentState(r.in("h"), r.in("c")));
      return List.of(state.h(), state.cell());
    });
  }

  private static RecurrentOptions options(GoldenRun r) {
    return RecurrentOptions.defaults().numLayers(r.integer("layers")).bias(r.flag("bias"))
        .batchFirst(r.flag("batch_first")).bidirectional(r.flag("bidirectional"));
  }

  private static void layer(GoldenOps ops, String name, Function<GoldenRun, Recurrent> make) {
    ops.addAll(name, GoldenTolerance.USUAL, r -> {
      var before = r.has("h0") ? new RecurrentState(r.in("h0"), r.has("c0") ? r.in("c0") : null) : null;
      Tensor lengths = r.has("lengths") ? r.in("lengths") : null;
      var result = r.load(make.apply(r)).call(r.in("x"), before, lengths);
      var c = result.state().c();
      return c == null
          ? List.of(result.output(), result.state().h())
          : List.of(result.output(), result.state().h(), c);
    });
  }
}
