package io.jacquard.cpu;

import io.jacquard.cpu.StepLoop.Numbers;
import io.jacquard.expr.Program;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RecurrentMaps;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The steps of {@link Recurrences} backwards in one call: in each step of a {@link StepLoop} a map and the product with W_hh.
 * What is handed from step to step lies where the gradients of the first states will be.
 */
final class RecurrencesBackward {
  private final Workers workers;
  private final Products products;
  private final Maps maps;

  RecurrencesBackward(Workers workers, Products products, Maps maps) {
    this.workers = workers;
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
  }

  /** False for what is left to the decomposition. */
  boolean run(RecurrenceBackward op, View[] in, View[] out) {
    if (!Recurrences.suits(op.of(), in, out)) return false;
    var call = Call.of(op, in);
    int states = op.of().cell().hasCellState() ? 2 : 1;
    for (int j = out.length - states; j < out.length; j++)
      Memory.fill(Views.address(out[j], "gradient"), out[j].numel() * out[j].dtype().bytes(), (byte) 0);
    var shape = in[0].shape();
    try (var loop = new StepLoop(workers, products, maps, shape.size(1), shape.size(0), op.of().reverse())) {
      switch (op.of().cell()) {
        case RNN_TANH, RNN_RELU -> plain(loop, call, out);
        case LSTM -> lstm(loop, call, out);
        case GRU -> gru(loop, call, out);
      }
      loop.runBack();
    }
    return true;
  }

  private static Program program(Call call) {
    return Objects
        .requireNonNull(RecurrentMaps.of(call.weight.dtype()).backward().get(call.op.of().cell()));
  }

  private static void plain(StepLoop loop, Call call, View[] out) {
    var dh = Numbers.of(call.arrived[0]);
    var later = Numbers.shared(out[1]);
    var to = Numbers.of(out[0]);
    loop.map(program(call), List.of(dh, later, Numbers.of(call.states[0])), List.of(to));
    loop.multiply(to, call.weight, false, later);
  }

  private static void lstm(StepLoop loop, Call call, View[] out) {
    var laterC = Numbers.shared(out[2]);
    var in = new ArrayList<>(List.of(Numbers.of(call.arrived[0]), Numbers.shared(out[1])));
    if (call.op.cellGradient()) in.add(Numbers.of(call.arrived[1]));
    in.add(laterC);
    in.addAll(Numbers.parts(call.gates, 4));
    var c = loop.laid(call.states[1]);
    in.add(Numbers.of(c));
    in.add(Numbers.before(c, loop.laid(call.first[1])));
    var to = new ArrayList<>(Numbers.parts(out[0], 4));
    to.add(laterC);
    var program = call.op.cellGradient() ? program(call)
        : RecurrentMaps.of(call.weight.dtype()).withoutCell();
    loop.map(program, in, to);
    loop.multiply(Numbers.of(out[0]), call.weight, false, Numbers.shared(out[1]));
  }

  private static void gru(StepLoop loop, Call call, View[] out) {
    long hidden = call.first[0].shape().size(1);
    var last = Numbers.of(out[1]);
    var later = Numbers.shared(out[2]);
    var in = new ArrayList<>(List.of(Numbers.of(call.arrived[0]), later));
    in.addAll(Numbers.parts(call.gates, 4));
    in.add(Numbers.before(loop.laid(call.states[0]), loop.laid(call.first[0])));
    var to = new ArrayList<>(Numbers.parts(out[0], 3));
    to.addAll(List.of(last, later));
    loop.map(program(call), in, to);
    loop.multiply(Numbers.of(out[0], 0, 2 * hidden), Blocks.rowsOf(call.weight, 0, 2 * hidden), true, later);
    loop.multiply(last, Blocks.rowsOf(call.weight, 2 * hidden, hidden), true, later);
  }
}
