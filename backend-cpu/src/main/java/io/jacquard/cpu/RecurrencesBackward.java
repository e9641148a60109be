package io.jacquard.cpu;

import io.jacquard.expr.Program;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RecurrentMaps;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.Arrays;
import java.util.Objects;

/**
 * The steps of {@link Recurrences} backwards in one call: in each a map and the product with W_hh, which is laid out for it
 * once. What is handed from step to step lies where the gradients of the first states will be.
 */
final class RecurrencesBackward {
  private static final long[] NO_PARAMS = {};
  private static final View[] NO_EXTRA = {};
  /** Steps for which laying out the weight anew pays. */
  private static final int FEW_STEPS = 3;

  private final Products products;
  private final Maps maps;

  RecurrencesBackward(Products products, Maps maps) {
    this.products = products;
    this.maps = maps;
  }

  /**
   * Where the operands stand.
   *
   * @param arrived the gradients of h, and of c if one arrived
   * @param states h, and c of an LSTM
   * @param gates h again of a plain network
   * @param first h0, and c0 of an LSTM
   */
  private record Call(RecurrenceBackward op, View[] arrived, View[] states, View gates, View[] first,
      View weight) {
    static Call of(RecurrenceBackward op, View[] in) {
      int kinds = op.of().cell().hasCellState() ? 2 : 1;
      int next = op.cellGradient() ? 2 : 1;
      var arrived = Arrays.copyOf(in, next);
      var states = Arrays.copyOfRange(in, next, next + kinds);
      next += kinds;
      var gates = op.of().saved() > 0 ? in[next++] : states[0];
      return new Call(op, arrived, states, gates, Arrays.copyOfRange(in, next, next + kinds),
          in[next + kinds]);
    }

    long hidden() {
      return first[0].shape().size(1);
    }
  }

  /** False for what is left to the decomposition. */
  boolean run(RecurrenceBackward op, View[] in, View[] out) {
    if (!Recurrences.suits(op.of(), in, out)) return false;
    var call = Call.of(op, in);
    int states = op.of().cell().hasCellState() ? 2 : 1;
    for (int j = out.length - states; j < out.length; j++)
      Memory.fill(Views.address(out[j], "gradient"), out[j].numel() * out[j].dtype().bytes(), (byte) 0);
    int steps = Math.toIntExact(in[0].shape().size(0));
    if (steps <= FEW_STEPS || call.weight.layout().isContiguous()) {
      steps(call, call.weight, steps, out);
      return true;
    }
    long bytes = call.weight.numel() * call.weight.dtype().bytes();
    long address = Memory.allocate(bytes);
    try {
      var laid = new View(new CpuBuffer(address, bytes), call.weight.dtype(),
          Layout.contiguous(call.weight.shape()));
      maps.run(RecurrentMaps.of(laid.dtype()).copy(), NO_PARAMS, new View[]{call.weight}, new View[]{laid});
      steps(call, laid, steps, out);
    } finally {
      Memory.free(address);
    }
    return true;
  }

  private void steps(Call call, View weight, int steps, View[] out) {
    boolean reverse = call.op.of().reverse();
    for (int step = steps - 1; step >= 0; step--) {
      int t = reverse ? steps - 1 - step : step;
      int before = step == 0 ? -1 : reverse ? t + 1 : t - 1;
      step(call, weight, t, before, out);
    }
  }

  private View state(Call call, int kind, int t) {
    return t < 0 ? call.first[kind] : Blocks.step(call.states[kind], t, 0, call.hidden());
  }

  private void step(Call call, View weight, int t, int before, View[] out) {
    var cell = call.op.of().cell();
    long hidden = call.hidden();
    var programs = RecurrentMaps.of(weight.dtype());
    var program = Objects.requireNonNull(programs.backward().get(cell));
    var dh = Blocks.step(call.arrived[0], t, 0, hidden);
    var to = out[0];
    var ofGates = Blocks.step(to, t, 0, cell.gates() * hidden);
    switch (cell) {
      case RNN_TANH, RNN_RELU -> {
        run(program, new View[]{dh, out[1], state(call, 0, t)}, ofGates);
        multiply(Gemm.PLAIN, ofGates, weight, out[1]);
      }
      case LSTM -> {
        lstm(call, program, programs.withoutCell(), t, before, dh, out);
        multiply(Gemm.PLAIN, ofGates, weight, out[1]);
      }
      case GRU -> {
        var last = Blocks.step(out[1], t, 0, hidden);
        run(program, new View[]{dh, out[2], part(call.gates, t, 0, hidden), part(call.gates, t, 1, hidden),
            part(call.gates, t, 2, hidden), part(call.gates, t, 3, hidden), state(call, 0, before)},
            part(to, t, 0, hidden), part(to, t, 1, hidden), part(to, t, 2, hidden), last, out[2]);
        multiply(Gemm.ACCUMULATE, Blocks.step(to, t, 0, 2 * hidden), Blocks.rowsOf(weight, 0, 2 * hidden),
            out[2]);
        multiply(Gemm.ACCUMULATE, last, Blocks.rowsOf(weight, 2 * hidden, hidden), out[2]);
      }
    }
  }

  private void lstm(Call call, Program whole, Program withoutCell, int t, int before, View dh, View[] out) {
    long hidden = call.hidden();
    var g = call.gates;
    var i = part(g, t, 0, hidden);
    var f = part(g, t, 1, hidden);
    var n = part(g, t, 2, hidden);
    var o = part(g, t, 3, hidden);
    var c = state(call, 1, t);
    var earlier = state(call, 1, before);
    var results = new View[]{part(out[0], t, 0, hidden), part(out[0], t, 1, hidden),
        part(out[0], t, 2, hidden),
        part(out[0], t, 3, hidden), out[2]};
    if (call.op.cellGradient()) {
      var dc = Blocks.step(call.arrived[1], t, 0, hidden);
      run(whole, new View[]{dh, out[1], dc, out[2], i, f, n, o, c, earlier}, results);
    } else {
      run(withoutCell, new View[]{dh, out[1], out[2], i, f, n, o, c, earlier}, results);
    }
  }

  private static View part(View all, int t, int k, long hidden) {
    return Blocks.step(all, t, k * hidden, hidden);
  }

  private void run(Program program, View[] in, View... out) {
    maps.run(program, NO_PARAMS, in, out);
  }

  private void multiply(Gemm how, View a, View b, View to) {
    products.run(how, NO_PARAMS, a, b, NO_EXTRA, new View[]{to});
  }
}
