package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.RecurrentMaps;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Recurrent sequences in one call: one product for all inputs, written to where the gates will be, then in each step the
 * product with the state, added to it in place, and one map. Nothing is joined or copied between steps. Samples with
 * lengths of their own, and halves, are left to the decomposition.
 */
final class Recurrences {
  private static final long[] NO_PARAMS = {};
  private static final View[] NO_EXTRA = {};
  private static final Map<DType, Gemm> ADD_BIAS = new EnumMap<>(DType.class);

  static {
    for (var type : new DType[]{DType.FLOAT32, DType.FLOAT64})
      ADD_BIAS.put(type, new Gemm(1, 0, Program.of(in -> in[0].add(in[1]), type, type)));
  }

  private final Products products;
  private final Maps maps;

  Recurrences(Products products, Maps maps) {
    this.products = products;
    this.maps = maps;
  }

  /** Whether all are of one type that is computed here, and can be cut into steps by views. */
  static boolean suits(Recurrence op, View[] in, View[] out) {
    var type = in[0].dtype();
    if (op.lengths() || type != DType.FLOAT32 && type != DType.FLOAT64 || out[0].numel() == 0) return false;
    for (var view : in) {
      if (view.dtype() != type) return false;
    }
    for (var view : out) {
      if (view.dtype() != type || !view.layout().isContiguous()) return false;
    }
    return true;
  }

  /** One call of the op: where its operands stand. */
  private record Call(Recurrence op, View x, View h0, View c0, View ofInput, View ofState, View inputBias,
      View stateBias) {
    /** What is not there is the input x in its place, and not looked at. */
    static Call of(Recurrence op, View[] in) {
      boolean cell = op.cell().hasCellState();
      int next = cell ? 3 : 2;
      return new Call(op, in[0], in[1], cell ? in[2] : in[0], in[next], in[next + 1],
          op.bias() ? in[next + 2] : in[0], op.bias() ? in[next + 3] : in[0]);
    }

    long hidden() {
      return h0.shape().size(1);
    }
  }

  /** False for what is left to the decomposition. */
  boolean run(Recurrence op, View[] in, View[] out) {
    if (!suits(op, in, out) || !in[0].layout().isContiguous()) return false;
    var call = Call.of(op, in);
    var gates = out[out.length - 1]; // of a plain network, h itself
    inputs(call, gates);
    int steps = Math.toIntExact(call.x.shape().size(0));
    var h = call.h0;
    var c = call.c0;
    for (int step = 0; step < steps; step++) {
      int t = op.reverse() ? steps - 1 - step : step;
      states(call, h, gates, t);
      var next = Blocks.step(out[0], t, 0, call.hidden());
      var nextC = op.cell().hasCellState() ? Blocks.step(out[1], t, 0, call.hidden()) : c;
      step(call, gates, t, h, c, next, nextC);
      h = next;
      c = nextC;
    }
    return true;
  }

  /** What inputs and biases give, to where the gates will be. */
  private void inputs(Call call, View gates) {
    long rows = call.ofInput.shape().size(0);
    var to = Blocks.rows(gates, 0, rows);
    var x = Blocks.rows(call.x, 0, call.x.shape().size(2));
    var weight = Blocks.transposed(call.ofInput);
    if (!call.op.bias()) {
      products.run(Gemm.PLAIN, NO_PARAMS, x, weight, NO_EXTRA, new View[]{to});
      return;
    }
    long bytes = rows * call.x.dtype().bytes();
    long address = Memory.allocate(bytes);
    try {
      var sum = new View(new CpuBuffer(address, bytes), call.x.dtype(), Layout.contiguous(Shape.of(rows)));
      // The second bias of a GRU's last gate counts in the steps.
      long both = call.op.cell() == RecurrentCell.GRU ? rows - call.hidden() : rows;
      var programs = RecurrentMaps.of(call.x.dtype());
      maps.run(programs.sum(), NO_PARAMS,
          new View[]{vector(call.inputBias, 0, both), vector(call.stateBias, 0, both)},
          new View[]{vector(sum, 0, both)});
      if (both < rows) {
        maps.run(programs.copy(), NO_PARAMS, new View[]{vector(call.inputBias, both, rows - both)},
            new View[]{vector(sum, both, rows - both)});
      }
      products.run(addBias(call.x.dtype()), NO_PARAMS, x, weight,
          new View[]{Blocks.row(sum, 0, rows, to.shape().size(0))}, new View[]{to});
    } finally {
      Memory.free(address);
    }
  }

  private static View vector(View vector, long from, long size) {
    var layout = vector.layout();
    return new View(vector.buffer(), vector.dtype(), new Layout(Shape.of(size),
        new long[]{layout.stride(0)}, layout.offset() + from * layout.stride(0)));
  }

  private static Gemm addBias(DType type) {
    return Objects.requireNonNull(ADD_BIAS.get(type));
  }

  /** What the state gives to the gates of a step. */
  private void states(Call call, View h, View gates, int t) {
    long hidden = call.hidden();
    if (call.op.cell() != RecurrentCell.GRU) {
      products.run(Gemm.ACCUMULATE, NO_PARAMS, h, Blocks.transposed(call.ofState), NO_EXTRA,
          new View[]{Blocks.step(gates, t, 0, call.op.cell().gates() * hidden)});
      return;
    }
    products.run(Gemm.ACCUMULATE, NO_PARAMS, h,
        Blocks.transposed(Blocks.rowsOf(call.ofState, 0, 2 * hidden)), NO_EXTRA,
        new View[]{Blocks.step(gates, t, 0, 2 * hidden)});
    var last = Blocks.transposed(Blocks.rowsOf(call.ofState, 2 * hidden, hidden));
    var to = Blocks.step(gates, t, 3 * hidden, hidden);
    if (call.op.bias()) {
      var bias = Blocks.row(call.stateBias, 2 * hidden, hidden, h.shape().size(0));
      products.run(addBias(h.dtype()), NO_PARAMS, h, last, new View[]{bias}, new View[]{to});
    } else {
      products.run(Gemm.PLAIN, NO_PARAMS, h, last, NO_EXTRA, new View[]{to});
    }
  }

  private void step(Call call, View gates, int t, View h, View c, View nextH, View nextC) {
    var cell = call.op.cell();
    long hidden = call.hidden();
    var parts = new View[Math.max(1, cell.parts())];
    for (int k = 0; k < parts.length; k++) parts[k] = Blocks.step(gates, t, k * hidden, hidden);
    var program = Objects.requireNonNull(RecurrentMaps.of(h.dtype()).forward().get(cell));
    switch (cell) {
      case RNN_TANH, RNN_RELU -> maps.run(program, NO_PARAMS, parts, new View[]{nextH});
      case LSTM -> maps.run(program, NO_PARAMS, new View[]{parts[0], parts[1], parts[2], parts[3], c},
          new View[]{parts[0], parts[1], parts[2], parts[3], nextC, nextH});
      case GRU -> maps.run(program, NO_PARAMS, new View[]{parts[0], parts[1], parts[2], parts[3], h},
          new View[]{parts[0], parts[1], parts[2], nextH});
    }
  }
}
