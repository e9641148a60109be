package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.cpu.StepLoop.Numbers;
import io.jacquard.expr.Program;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.RecurrentMaps;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Recurrent sequences in one call: one product for all inputs, written to where the gates will be, then in each step of a
 * {@link StepLoop} the product with the state, added to it in place, and one map. Nothing is joined or copied between steps.
 * Samples with lengths of their own, and halves, are left to the decomposition.
 */
final class Recurrences {
  private static final long[] NO_PARAMS = {};
  private static final View[] NO_EXTRA = {};
  private static final Map<DType, Gemm> ADD_BIAS = new EnumMap<>(DType.class);

  static {
    for (var type : new DType[]{DType.FLOAT32, DType.FLOAT64})
      ADD_BIAS.put(type, new Gemm(1, 0, Program.of(in -> in[0].add(in[1]), type, type)));
  }

  private final Workers workers;
  private final Products products;
  private final Maps maps;

  Recurrences(Workers workers, Products products, Maps maps) {
    this.workers = workers;
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
    var shape = call.x.shape();
    try (var loop = new StepLoop(workers, products, maps, shape.size(1), shape.size(0), op.reverse())) {
      var h = Numbers.before(out[0], loop.laid(call.h0));
      states(loop, call, h, gates);
      cells(loop, call, h, gates, out);
      loop.run();
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

  /** What the state gives to the gates. */
  private void states(StepLoop loop, Call call, Numbers h, View gates) {
    long hidden = call.hidden();
    if (call.op.cell() != RecurrentCell.GRU) {
      loop.multiply(h, Blocks.transposed(call.ofState), true,
          Numbers.of(gates, 0, call.op.cell().gates() * hidden));
      return;
    }
    loop.multiply(h, Blocks.transposed(Blocks.rowsOf(call.ofState, 0, 2 * hidden)), true,
        Numbers.of(gates, 0, 2 * hidden));
    if (call.op.bias()) {
      var to = Blocks.rows(gates, 3 * hidden, hidden);
      maps.run(RecurrentMaps.of(gates.dtype()).copy(), NO_PARAMS,
          new View[]{Blocks.row(call.stateBias, 2 * hidden, hidden, to.shape().size(0))}, new View[]{to});
    }
    loop.multiply(h, Blocks.transposed(Blocks.rowsOf(call.ofState, 2 * hidden, hidden)), call.op.bias(),
        Numbers.of(gates, 3 * hidden, hidden));
  }

  private static void cells(StepLoop loop, Call call, Numbers h, View gates, View[] out) {
    var cell = call.op.cell();
    var program = Objects.requireNonNull(RecurrentMaps.of(gates.dtype()).forward().get(cell));
    var parts = Numbers.parts(gates, Math.max(1, cell.parts())); // of a plain network h itself
    var in = new ArrayList<>(parts);
    var to = new ArrayList<>(cell == RecurrentCell.GRU ? parts.subList(0, 3) : parts);
    switch (cell) {
      case RNN_TANH, RNN_RELU -> to.clear();
      case LSTM -> {
        in.add(Numbers.before(out[1], loop.laid(call.c0)));
        to.add(Numbers.of(out[1]));
      }
      case GRU -> in.add(h);
    }
    to.add(Numbers.of(out[0]));
    loop.map(program, in, to);
  }
}
