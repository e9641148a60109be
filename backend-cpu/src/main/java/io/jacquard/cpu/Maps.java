package io.jacquard.cpu;

import io.jacquard.expr.Program;
import io.jacquard.spi.View;

/**
 * Runs programs over views: {@link io.jacquard.spi.Backend#map}. A call like one before finds its plan made and
 * allocates nothing.
 */
final class Maps {
  /** Elements times weight from which another thread is worth waking. */
  private static final long GRAIN = 1 << 15;

  private final Workers workers;
  private final Kernels kernels;
  private final PlanKey key = new PlanKey();
  private final Workers.Job job = this::part;
  private long[] bases = new long[8];

  // the call at hand: set before its parts run
  @SuppressWarnings("NullAway.Init")
  private MapPlan plan;
  @SuppressWarnings("NullAway.Init")
  private long[] params;
  private long elements;
  private long partLength;

  Maps(Workers workers, Kernels kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  void run(Program program, long[] params, View[] in, View[] out) {
    long n = out[0].numel();
    if (n > 0) run(plan(program, in, out), params, n);
  }

  /** How a program runs over these views, and over others that lie alike; there is at least one element. */
  MapPlan plan(Program program, View[] in, View[] out) {
    var code = kernels.code(program);
    int operands = in.length + out.length;
    if (bases.length < operands) bases = new long[2 * operands];
    key.clear();
    key.addSizes(out[0].layout());
    for (int p = 0; p < operands; p++) {
      var view = p < in.length ? in[p] : out[p - in.length];
      bases[p] = Views.address(view, p < in.length ? "map input" : "map output");
      key.addStrides(view.layout());
    }
    var known = code.maps.find(key);
    if (known == null) {
      known = new MapPlan(code, kernels.compiler, out[0].shape().sizes(), Views.strides(in, out));
      code.maps.put(key, known);
    }
    return known;
  }

  private void run(MapPlan plan, long[] params, long n) {
    long share = Math.max(1, GRAIN / plan.code.weight);
    int parts = (int) Math.min(workers.threads(), (n + share - 1) / share);
    if (parts == 1) {
      plan.run(bases, params, 0, n);
      return;
    }
    this.plan = plan;
    this.params = params;
    elements = n;
    partLength = Math.ceilDiv(Math.ceilDiv(n, (long) parts), plan.unit()) * plan.unit();
    workers.run(parts, job);
  }

  private void part(int part) {
    long from = Math.min(elements, part * partLength);
    plan.run(bases, params, from, Math.min(elements, from + partLength));
  }
}
