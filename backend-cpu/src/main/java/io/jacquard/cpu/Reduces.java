package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;

/** Folds programs over views: {@link io.jacquard.spi.Backend#reduce}. */
final class Reduces {
  private static final long GRAIN = 1 << 15;

  private final Workers workers;
  private final Kernels kernels;

  Reduces(Workers workers, Kernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  void run(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    if (out[0].numel() == 0)
      return;
    var code = kernels.code(each);
    var shape = in.length > 0 ? in[0].shape().sizes() : out[0].shape().sizes();
    var bases = new long[in.length + out.length];
    var strides = new long[bases.length][];
    var types = new DType[out.length];
    for (int p = 0; p < bases.length; p++) {
      var view = p < in.length ? in[p] : out[p - in.length];
      bases[p] = Views.address(view, "reduce", p < in.length ? "input" : "output");
      strides[p] = Views.strides(view);
      if (p >= in.length) {
        types[p - in.length] = view.dtype();
        for (int axis : axes)
          strides[p][axis] = 0;
      }
    }
    var plan = new ReducePlan(code, kernels.compiler, how, shape, axes, strides, types);
    long partials = plan.partialBytes() == 0 ? 0 : Memory.allocate(plan.partialBytes());
    try {
      share(plan.units(), plan.workPerUnit(), unit -> plan.run(unit, bases, params, partials));
      if (partials != 0)
        share(plan.places(), plan.chunks, place -> plan.combine(place, bases, partials));
    } finally {
      if (partials != 0)
        Memory.free(partials);
    }
  }

  private interface Unit {
    void run(long unit);
  }

  private void share(long units, long work, Unit body) {
    long perPart = Math.max(1, GRAIN / Math.max(1, work));
    int parts = (int) Math.min(4L * workers.threads(), (units + perPart - 1) / perPart);
    workers.run(parts, part -> {
      long from = units * part / parts;
      long to = units * (part + 1) / parts;
      for (long unit = from; unit < to; unit++)
        body.run(unit);
    });
  }
}
