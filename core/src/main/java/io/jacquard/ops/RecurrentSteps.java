package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a {@link Recurrence}, forward and back, written on tensors: in each one product and one map.
 *
 * <p>Tensors of gates [.., G*H] are cut into their parts by views.
 */
final class RecurrentSteps {
  private final Recurrence op;
  private final RecurrentCell cell;
  private final long hidden;

  RecurrentSteps(Recurrence op, long hidden) {
    this.op = op;
    cell = op.cell();
    this.hidden = hidden;
  }

  /** Part {@code k} of the last dimension. */
  private Tensor part(Tensor gates, int k) {
    return cell.gates() == 1 && gates.size(-1) == hidden ? gates
        : gates.slice(-1, k * hidden, (k + 1) * hidden);
  }

  private static Tensor[] apply(ScalarFunction function, Tensor... in) {
    var types = new DType[in.length];
    for (int i = 0; i < types.length; i++) types[i] = in[i].dtype();
    return Tensor.apply(function.on(types), in);
  }

  private int at(int step, int steps) {
    return op.reverse() ? steps - 1 - step : step;
  }

  /**
   * The states after each step, then the gates' values.
   *
   * @param ofInputs [T, N, G*H]
   * @param bias of a GRU's steps
   * @param valid bools [T, N]; null where all steps are taken
   */
  Tensor[] forward(Tensor ofInputs, Tensor h0, @Nullable Tensor c0, Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor valid) {
    return forward(ofInputs, h0, c0, weight, bias, valid, null);
  }

  /** @param projection of h after each step, [P, H]: then the gates' values are not among the results */
  Tensor[] forward(Tensor ofInputs, Tensor h0, @Nullable Tensor c0, Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor valid, @Nullable Tensor projection) {
    int steps = Math.toIntExact(ofInputs.size(0));
    // By output: h, for an LSTM c, then the parts of the gates; each with a tensor a step.
    var all = new Tensor[1 + (c0 == null ? 0 : 1) + cell.parts()][steps];
    var h = h0;
    var c = c0;
    for (int step = 0; step < steps; step++) {
      int t = at(step, steps);
      var a = ofInputs.select(0, t);
      var b = bias == null ? h.matmul(weight.mT()) : Tensor.apply(new Linear(), h, weight, bias)[0];
      var out = step(a, b, h, c);
      if (projection != null) out[0] = out[0].matmul(projection.mT());
      if (valid != null) {
        var taken = valid.select(0, t).unsqueeze(1);
        out[0] = Tensor.where(taken, out[0], h);
        if (c != null) out[1] = Tensor.where(taken, out[1], c);
      }
      for (int j = 0; j < out.length; j++) all[j][t] = out[j];
      h = out[0];
      if (c != null) c = out[1];
    }
    int states = c0 == null ? 1 : 2;
    int saved = projection == null ? op.saved() : 0;
    var out = new Tensor[states + saved];
    for (int j = 0; j < states; j++) out[j] = Tensor.stack(0, all[j]);
    if (saved > 0) {
      out[states] = Tensor.concat(2, Arrays.stream(all, states, all.length).map(p -> Tensor.stack(0, p))
          .toArray(Tensor[]::new));
    }
    return out;
  }

  /** h, for an LSTM c, and the values of the gates. */
  private Tensor[] step(Tensor a, Tensor b, Tensor h, @Nullable Tensor c) {
    return switch (cell) {
      case RNN_TANH -> apply(RecurrentPrograms.TANH, a, b);
      case RNN_RELU -> apply(RecurrentPrograms.RELU, a, b);
      case LSTM -> apply(RecurrentPrograms.LSTM, part(a, 0), part(b, 0), part(a, 1), part(b, 1), part(a, 2),
          part(b, 2), part(a, 3), part(b, 3), Objects.requireNonNull(c));
      case GRU -> apply(RecurrentPrograms.GRU, part(a, 0), part(b, 0), part(a, 1), part(b, 1), part(a, 2),
          part(b, 2), h);
    };
  }

  /** The values of the gates in all steps at once, [T, N, parts*H], given the sums that they are functions of. */
  Tensor gates(Tensor ofInputs, Tensor ofState) {
    return switch (cell) {
      case RNN_TANH, RNN_RELU -> throw new IllegalStateException(cell + " saves no gates");
      case LSTM -> {
        var sum = ofInputs.add(ofState);
        yield Tensor.concat(2, part(sum, 0).sigmoid(), part(sum, 1).sigmoid(), part(sum, 2).tanh(),
            part(sum, 3).sigmoid());
      }
      case GRU -> {
        var r = part(ofInputs, 0).add(part(ofState, 0)).sigmoid();
        var z = part(ofInputs, 1).add(part(ofState, 1)).sigmoid();
        var q = part(ofState, 2);
        yield Tensor.concat(2, r, z, part(ofInputs, 2).add(r.mul(q)).tanh(), q);
      }
    };
  }

  /** What a step back needs, besides the gradients that come from the later step. */
  record Saved(Tensor h, @Nullable Tensor c, @Nullable Tensor gates, Tensor h0, @Nullable Tensor c0,
      Tensor weight, @Nullable Tensor valid) {}

  /**
   * The gradients of what the gates are functions of, [T, N, G*H]; of a GRU also that of b_n; of h0, and of an LSTM's c0.
   *
   * @param dc null for zeros
   */
  Tensor[] backward(Tensor dh, @Nullable Tensor dc, Saved saved) {
    int steps = Math.toIntExact(dh.size(0));
    var ofGates = new Tensor[steps];
    var ofLast = new Tensor[steps];
    Tensor h = null; // what came from the later step
    Tensor c = null;
    for (int step = steps - 1; step >= 0; step--) {
      int t = at(step, steps);
      var arrivedH = h == null ? dh.select(0, t) : dh.select(0, t).add(h);
      var arrivedC = dc == null ? c : c == null ? dc.select(0, t) : dc.select(0, t).add(c);
      var taken = saved.valid == null ? null : saved.valid.select(0, t).unsqueeze(1);
      var g = taken == null ? arrivedH : Tensor.where(taken, arrivedH, 0);
      var gc = taken == null || arrivedC == null ? arrivedC : Tensor.where(taken, arrivedC, 0);
      var back = back(g, gc, saved, t, step == 0 ? -1 : at(step - 1, steps));
      ofGates[t] = back.ofGates;
      if (back.ofLast != null) ofLast[t] = back.ofLast;
      var ofState = back.ofLast == null ? back.ofGates
          : Tensor.concat(1, back.ofGates.slice(1, 0, 2 * hidden), back.ofLast);
      h = ofState.matmul(saved.weight);
      if (back.h != null) h = h.add(back.h);
      c = back.c;
      if (taken != null) {
        h = h.add(Tensor.where(taken, 0, arrivedH));
        if (c != null && arrivedC != null) c = c.add(Tensor.where(taken, 0, arrivedC));
      }
    }
    var all = Tensor.stack(0, ofGates);
    return switch (cell) {
      case RNN_TANH, RNN_RELU -> new Tensor[]{all, h};
      case LSTM -> new Tensor[]{all, h, c};
      case GRU -> new Tensor[]{all, Tensor.stack(0, ofLast), h};
    };
  }

  /** Of the gates' arguments, of a GRU's b_n, and what reaches the earlier h and c past the gates. */
  private record Back(Tensor ofGates, @Nullable Tensor ofLast, @Nullable Tensor h, @Nullable Tensor c) {}

  private Back back(Tensor g, @Nullable Tensor gc, Saved saved, int t, int before) {
    return switch (cell) {
      case RNN_TANH ->
        new Back(apply(RecurrentPrograms.TANH_BACK, g, saved.h.select(0, t))[0], null, null, null);
      case RNN_RELU ->
        new Back(apply(RecurrentPrograms.RELU_BACK, g, saved.h.select(0, t))[0], null, null, null);
      case LSTM -> lstm(g, gc, saved, t, before);
      case GRU -> gru(g, saved, t, before);
    };
  }

  private Back lstm(Tensor g, @Nullable Tensor gc, Saved saved, int t, int before) {
    var gates = Objects.requireNonNull(saved.gates).select(0, t);
    var cells = Objects.requireNonNull(saved.c);
    var c0 = Objects.requireNonNull(saved.c0);
    var out = apply(RecurrentPrograms.LSTM_BACK, g,
        gc == null ? Tensor.zeros(g.device(), g.dtype(), g.shape()) : gc, part(gates, 0),
        part(gates, 1), part(gates, 2), part(gates, 3), cells.select(0, t),
        before < 0 ? c0 : cells.select(0, before));
    return new Back(Tensor.concat(1, out[0], out[1], out[2], out[3]), null, null, out[4]);
  }

  private Back gru(Tensor g, Saved saved, int t, int before) {
    var gates = Objects.requireNonNull(saved.gates).select(0, t);
    var out = apply(RecurrentPrograms.GRU_BACK, g, part(gates, 0), part(gates, 1), part(gates, 2),
        part(gates, 3), before < 0 ? saved.h0 : saved.h.select(0, before));
    return new Back(Tensor.concat(1, out[0], out[1], out[2]), out[3], out[4], null);
  }
}
