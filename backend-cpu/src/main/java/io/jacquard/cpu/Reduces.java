package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;

/**
 * Folds programs over views: {@link io.jacquard.spi.Backend#reduce}. A call like one before finds its plan made and
 * allocates nothing.
 */
final class Reduces {
  private static final long GRAIN = 1 << 15;

  private final Workers workers;
  private final Kernels kernels;
  private final PlanKey key = new PlanKey();
  private final Workers.Job fold = this::fold;
  private final Workers.Job combine = this::combine;
  private long[] bases = new long[8];
  /** Memory for partial results, kept from call to call. */
  private long partials;
  private long partialBytes;

  // the call at hand: set before its parts run
  @SuppressWarnings("NullAway.Init")
  private ReducePlan plan;
  @SuppressWarnings("NullAway.Init")
  private long[] params;
  private int parts;

  Reduces(Workers workers, Kernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  void run(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    if (out[0].numel() == 0) return;
    var code = kernels.code(each);
    int operands = in.length + out.length;
    if (bases.length < operands) bases = new long[2 * operands];
    key.clear();
    key.add(how.fold().ordinal());
    key.add(how.accumulate() ? 1 : 0);
    for (int axis : axes) key.add(axis);
    key.addSizes(in.length > 0 ? in[0].layout() : out[0].layout());
    for (int p = 0; p < operands; p++) {
      var view = p < in.length ? in[p] : out[p - in.length];
      bases[p] = Views.address(view, p < in.length ? "reduce input" : "reduce output");
      key.addStrides(view.layout());
      key.add(view.dtype().ordinal());
    }
    var known = code.reduces.find(key);
    if (known == null) {
      known = plan(code, how, in, axes, out);
      code.reduces.put(key, known);
    }
    run(known, params);
  }

  private ReducePlan plan(Code code, Reduction how, View[] in, int[] axes, View[] out) {
    var strides = Views.strides(in, out);
    var types = new DType[out.length];
    for (int j = 0; j < out.length; j++) {
      types[j] = out[j].dtype();
      for (int axis : axes) strides[in.length + j][axis] = 0;
    }
    var shape = in.length > 0 ? in[0].shape().sizes() : out[0].shape().sizes();
    return new ReducePlan(code, kernels.compiler, how, shape, axes, strides, types);
  }

  private void run(ReducePlan plan, long[] params) {
    this.plan = plan;
    this.params = params;
    reserve(plan.partialBytes());
    share(plan.units(), plan.workPerUnit(), fold);
    if (plan.chunks > 1) share(plan.places(), plan.chunks, combine);
  }

  private void reserve(long bytes) {
    if (bytes <= partialBytes) return;
    close();
    partials = Memory.allocate(bytes);
    partialBytes = bytes;
  }

  private void share(long units, long work, Workers.Job body) {
    long perPart = Math.max(1, GRAIN / Math.max(1, work));
    parts = (int) Math.min(4L * workers.threads(), (units + perPart - 1) / perPart);
    workers.run(parts, body);
  }

  private void fold(int part) {
    long units = plan.units();
    long to = units * (part + 1) / parts;
    for (long unit = units * part / parts; unit < to; unit++) plan.run(unit, bases, params, partials);
  }

  private void combine(int part) {
    long places = plan.places();
    long to = places * (part + 1) / parts;
    for (long place = places * part / parts; place < to; place++) plan.combine(place, bases, partials);
  }

  /** Gives the memory for partial results back. */
  void close() {
    if (partialBytes > 0) Memory.free(partials);
    partialBytes = 0;
  }
}
