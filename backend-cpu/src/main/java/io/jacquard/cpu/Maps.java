package io.jacquard.cpu;

import io.jacquard.expr.Program;
import io.jacquard.spi.View;

/** Runs programs over views: {@link io.jacquard.spi.Backend#map}. */
final class Maps {
  /** Elements times weight from which another thread is worth waking; some 0.4 us of work. */
  private static final long GRAIN = 1 << 15;

  private final Workers workers;
  private final Kernels kernels;

  Maps(Workers workers, Kernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  void run(Program program, long[] params, View[] in, View[] out) {
    long n = out[0].numel();
    if (n == 0)
      return;
    var code = kernels.code(program);
    var bases = new long[in.length + out.length];
    var strides = new long[bases.length][];
    for (int p = 0; p < bases.length; p++) {
      var view = p < in.length ? in[p] : out[p - in.length];
      bases[p] = Views.address(view, "map", p < in.length ? "input" : "output");
      strides[p] = Views.strides(view);
    }
    var plan = new MapPlan(code, kernels.compiler, out[0].shape().sizes(), strides);
    long share = Math.max(1, GRAIN / code.weight);
    int parts = (int) Math.min(workers.threads(), (n + share - 1) / share);
    if (parts == 1) {
      plan.run(bases, params, 0, n);
    } else {
      // a multiple of 64 elements, so that threads do not write to one cache line
      long length = ((n + parts - 1) / parts + 63) / 64 * 64;
      workers.run(parts, part -> {
        long from = part * length;
        plan.run(bases, params, Math.min(n, from), Math.min(n, from + length));
      });
    }
  }
}
