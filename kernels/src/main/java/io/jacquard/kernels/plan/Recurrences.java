package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.RecurrentKernel;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Recurrent layers over whole sequences: one product for all inputs, written to where the gates will be, then the steps, see
 * {@link RecurrentKernel}. All steps are one launch on CPUs, and on GPUs where a work-group has an item for each unit of the
 * state; otherwise each step is one.
 */
final class Recurrences implements AutoCloseable {
  /** Up to so many units a work-group of a GPU keeps its samples to itself. */
  private static final int UNITS_ALONE = 128;
  private static final int UNITS_TOGETHER = 64;
  /** Where arguments stand that change from launch to launch. */
  private static final int FROM = 3;
  private static final int TO = 4;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private final Products products;
  private final Packer inputs;
  private final Packer weights;
  private final Plans<Plan> plans = new Plans<>();

  Recurrences(KernelCompiler compiler, Tuning tuning, Products products, Maps maps, KernelMemory memory) {
    this.compiler = compiler;
    this.tuning = tuning;
    this.products = products;
    inputs = new Packer(maps, memory);
    weights = new Packer(maps, memory);
  }

  /** @param passes which of them one launch makes */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, long sampleGroups, long unitGroups,
      int passes, int together) {}

  /** What a kernel knows of how an operand lies. */
  private enum Lies {
    CONTIGUOUS, STRIDED, VECTOR
  }

  private record Operand(View view, Lies lies) {}

  /**
   * The operands of a launch in the order of {@link RecurrentKernel}.
   *
   * @param weight W_hh as [depth, gates, hidden]
   */
  private record Call(Recurrence op, boolean backward, boolean cellGradient, View weight,
      List<Operand> operands,
      int steps, long samples, long hidden) {
    Call(Recurrence op, boolean backward, boolean cellGradient, View weight, View states) {
      this(op, backward, cellGradient, weight, new ArrayList<>(), Math.toIntExact(states.shape().size(0)),
          states.shape().size(1), states.shape().size(2));
    }

    void written(View... views) {
      for (var view : views) operands.add(new Operand(view, Lies.CONTIGUOUS));
    }

    void read(View... views) {
      for (var view : views) operands.add(new Operand(view, Lies.STRIDED));
    }

    boolean isUnit() {
      return operands.stream().filter(o -> o.lies == Lies.STRIDED)
          .allMatch(o -> o.view.layout().stride(o.view.shape().rank() - 1) == 1);
    }
  }

  private static boolean suits(Recurrence op, View[] in, View[] out) {
    var type = in[0].dtype();
    if (type != DType.FLOAT32 && type != DType.FLOAT64 || out[0].numel() == 0 || in[0].numel() == 0)
      return false;
    for (int i = 0; i < in.length - (op.lengths() ? 1 : 0); i++) {
      if (in[i].dtype() != type) return false;
    }
    for (var view : out) {
      if (view.dtype() != type || !view.layout().isContiguous()) return false;
    }
    return true;
  }

  /** False for what is left to the decomposition. */
  boolean forward(Recurrence op, View[] in, View[] out) {
    if (!suits(op, in, out)) return false;
    boolean second = op.cell().hasCellState();
    int next = second ? 3 : 2;
    var gates = out[out.length - 1]; // of a plain network h itself
    inputProduct(in[0], in[next], gates);
    var call = new Call(op, false, false, weight(in[next + 1], op.cell().gates(), true), out[0]);
    call.read(in[1]);
    if (second) call.read(in[2]);
    call.written(gates, out[0]);
    if (second) call.written(out[1]);
    if (op.bias()) call.read(in[next + 2], in[next + 3]);
    if (op.lengths()) call.operands.add(new Operand(in[in.length - 1], Lies.VECTOR));
    run(call);
    return true;
  }

  /** What inputs give to the gates of all steps, to where the gates will be. */
  private void inputProduct(View x, View weight, View gates) {
    var layout = x.layout();
    long rows = x.shape().size(0) * x.shape().size(1);
    long width = x.shape().size(2);
    if (layout.stride(0) != x.shape().size(1) * layout.stride(1)) {
      x = inputs.copy(x, width);
      layout = x.layout();
    }
    var flat = new View(x.buffer(), x.dtype(), new Layout(Shape.of(rows, width),
        new long[]{layout.stride(1), layout.stride(2)}, layout.offset()));
    var to = new View(gates.buffer(), gates.dtype(), new Layout(Shape.of(rows, weight.shape().size(0)),
        new long[]{gates.shape().size(2), 1}, gates.layout().offset()));
    products.run(Gemm.PLAIN, new long[0], flat, transposed(weight), new View[0], new View[]{to});
  }

  private static View transposed(View matrix) {
    var layout = matrix.layout();
    return new View(matrix.buffer(), matrix.dtype(),
        new Layout(Shape.of(layout.shape().size(1), layout.shape().size(0)),
            new long[]{layout.stride(1), layout.stride(0)}, layout.offset()));
  }

  /** False for what is left to the decomposition. */
  boolean backward(RecurrenceBackward op, View[] in, View[] out) {
    if (!suits(op.of(), in, out)) return false;
    var cell = op.of().cell();
    boolean second = cell.hasCellState();
    int next = 0;
    var dh = in[next++];
    var dc = op.cellGradient() ? in[next++] : null;
    var h = in[next++];
    var c = second ? in[next++] : null;
    var gates = op.of().saved() > 0 ? in[next++] : null;
    var h0 = in[next++];
    var c0 = second ? in[next++] : null;
    var call = new Call(op.of(), true, op.cellGradient(), weight(in[next], cell.gates(), false), dh);
    call.written(out);
    call.read(dh);
    if (dc != null) call.read(dc);
    call.read(c != null ? c : h);
    if (gates != null) call.read(gates);
    if (cell == RecurrentCell.GRU) call.read(h0);
    if (c0 != null) call.read(c0);
    if (op.of().lengths()) call.operands.add(new Operand(in[in.length - 1], Lies.VECTOR));
    run(call);
    return true;
  }

  /**
   * W_hh as the steps read it, with units side by side; copied if it does not lie so, or where vectors would reach beyond.
   *
   * @param weight [gates * hidden, hidden]
   * @param forward whether units are its rows, and there is one of each gate
   * @return [depth, gates, hidden], or [depth, 1, hidden]
   */
  private View weight(View weight, int gates, boolean forward) {
    var layout = weight.layout();
    long hidden = layout.shape().size(1);
    long row = layout.stride(0);
    long column = layout.stride(1);
    var shape = forward ? Shape.of(hidden, gates, hidden) : Shape.of(gates * hidden, 1, hidden);
    var strides = forward ? new long[]{column, hidden * row, row} : new long[]{row, 0, column};
    var seen = new View(weight.buffer(), weight.dtype(), new Layout(shape, strides, layout.offset()));
    int lanes = tuning.vectors() ? RecurrentKernel.lanes(weight.dtype()) : 1;
    if (strides[2] == 1 && hidden % lanes == 0) return seen;
    return weights.copy(seen, Math.ceilDiv(hidden, (long) lanes) * lanes);
  }

  private void run(Call call) {
    var op = call.op;
    var key = plans.key().add(op.cell().ordinal()).add(op.bias() ? 1 : 0).add(op.reverse() ? 1 : 0)
        .add(op.lengths() ? 1 : 0).add(call.backward ? 1 : 0).add(call.cellGradient ? 1 : 0).add(call.weight);
    for (var operand : call.operands) key.add(operand.view);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, plan(call));
    plan.arguments.set(plan.buffers[0], KernelBuffer.handle(call.weight));
    for (int k = 0; k < call.operands.size(); k++)
      plan.arguments.set(plan.buffers[k + 1], KernelBuffer.handle(call.operands.get(k).view));
    for (int from = 0; from < plan.passes; from += plan.together) {
      plan.arguments.set(FROM, from);
      plan.arguments.set(TO, Math.min(plan.passes, from + plan.together));
      plan.kernel.launch(plan.arguments, plan.sampleGroups, plan.unitGroups, 1);
    }
  }

  private Plan plan(Call call) {
    var op = call.op;
    boolean wide = tuning.wide() || Dims.isWide(call.weight)
        || call.operands.stream().anyMatch(o -> Dims.isWide(o.view));
    boolean unit = call.isUnit();
    int group = group(call.hidden);
    var kernel = new RecurrentKernel(call.weight.dtype(), op.cell(), call.backward,
        op.bias() && !call.backward,
        call.cellGradient, op.lengths(), unit, tuning.vectors(), wide, group);
    int passes = call.steps + (call.backward ? 1 : 0);

    var arguments = new Arguments();
    for (long number : new long[]{call.steps, call.samples, call.hidden, 0, 0}) arguments.index(number, wide);
    arguments.add32(op.reverse() ? 1 : 0);
    var buffers = new int[1 + call.operands.size()];
    buffers[0] = arguments.buffer();
    arguments.add64(call.weight.layout().offset());
    arguments.index(call.weight.layout().stride(0), wide);
    arguments.index(call.weight.layout().stride(1), wide);
    for (int k = 1; k < buffers.length; k++) {
      var operand = call.operands.get(k - 1);
      var layout = operand.view.layout();
      buffers[k] = arguments.buffer();
      arguments.add64(layout.offset());
      int strides = switch (operand.lies) {
        case CONTIGUOUS -> 0;
        case STRIDED -> layout.shape().rank() - (unit ? 1 : 0);
        case VECTOR -> 1;
      };
      for (int d = 0; d < strides; d++) arguments.index(layout.stride(d), wide);
    }
    long unitGroups = tuning.vectors() ? 1 : Math.ceilDiv(call.hidden, (long) group);
    return new Plan(compiler.kernel(kernel.source(), group), arguments, buffers,
        Math.ceilDiv(call.samples, (long) kernel.rows()), unitGroups, passes, unitGroups == 1 ? passes : 1);
  }

  /** Items in a work-group: on a GPU for each unit one, if there are few. */
  private int group(long hidden) {
    if (tuning.vectors()) return 1;
    int group = hidden > UNITS_TOGETHER && hidden <= UNITS_ALONE ? UNITS_ALONE : UNITS_TOGETHER;
    return Math.min(group, tuning.mapGroup());
  }

  @Override
  public void close() {
    inputs.close();
    weights.close();
  }
}
