package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Parameter;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An optimizer's step over its parameters in one arena: one pass for each run of neighbours that have a gradient and
 * have been stepped equally often; usually that is a single pass over everything.
 */
final class ArenaStep {
  private static final long[] NO_PARAMS = {};

  /** Neighbouring slots that are stepped together, with the views of the pass, made once. */
  private record Run(int from, int to, View[] counters, View[] in, View[] out) {}

  private final Arena arena;
  private final Set<Parameter> mine;
  private final Program advance;
  private final Program update;
  private final Tensor[] states;
  private final Tensor[] counters;
  private final Tensor lr;
  /** How often each slot has been stepped. */
  private final long[] steps;
  /** Which slots the last step changed. */
  private final boolean[] stepped;
  /** A cache of the runs that have occurred. */
  private final List<Run> runs = new ArrayList<>();

  ArenaStep(Rule rule, Arena arena, List<Parameter> mine) {
    this.arena = arena;
    this.mine = new HashSet<>(mine);
    int slots = arena.slots().size();
    var type = arena.values().dtype();
    steps = new long[slots];
    stepped = new boolean[slots];
    states = new Tensor[rule.states()];
    for (int k = 0; k < states.length; k++) states[k] = arena.zerosLike();
    counters = new Tensor[rule.counters()];
    try (var _ = Scope.open()) {
      var device = arena.values().device();
      for (int k = 0; k < counters.length; k++)
        counters[k] = Tensor.zeros(device, type, Shape.of(slots)).hold();
      lr = Tensor.zeros(device, type, Shape.SCALAR).hold();
    }
    advance = Program.ofAll(rule::advance, types(type, counters.length));
    update = Program.ofAll(in -> rule.update(operands(in)), types(type, 3 + states.length + counters.length));
  }

  private static DType[] types(DType type, int count) {
    var types = new DType[count];
    Arrays.fill(types, type);
    return types;
  }

  /** Inputs: parameter, gradient, learning rate, states, counters. */
  private Rule.Update operands(Scalar[] in) {
    int s = 3 + states.length;
    return new Rule.Update(in[0], in[1], in[2], Arrays.copyOfRange(in, 3, s),
        Arrays.copyOfRange(in, s, in.length));
  }

  void setLr(double value) {
    var bits = lr.dtype() == DType.FLOAT64
        ? MemorySegment.ofArray(new double[]{value})
        : MemorySegment.ofArray(new float[]{(float) value});
    lr.device().backend().upload(bits, lr.view().buffer(), 0);
  }

  void run() {
    var slots = arena.slots();
    Arrays.fill(stepped, false);
    int from = 0;
    while (from < slots.size()) {
      if (!takesPart(from)) {
        from++;
        continue;
      }
      int to = from + 1;
      while (to < slots.size() && takesPart(to) && steps[to] == steps[from]) to++;
      step(runOf(from, to));
      Arrays.fill(stepped, from, to, true);
      from = to;
    }
    countAgain();
  }

  /** Counts a step of the same parameters as the last one. */
  void countAgain() {
    for (int i = 0; i < steps.length; i++) {
      if (!stepped[i]) continue;
      steps[i]++;
      arena.slots().get(i).parameter().leaf().valuesChanged();
    }
  }

  private boolean takesPart(int slot) {
    var parameter = arena.slots().get(slot).parameter();
    return parameter.leaf().isTouched() && !parameter.isFrozen() && mine.contains(parameter);
  }

  private void step(Run run) {
    var backend = arena.values().device().backend();
    if (counters.length > 0) backend.map(advance, NO_PARAMS, run.counters, run.counters);
    backend.map(update, NO_PARAMS, run.in, run.out);
  }

  private Run runOf(int from, int to) {
    for (var run : runs) {
      if (run.from == from && run.to == to) return run;
    }
    var run = newRun(from, to);
    runs.add(run);
    return run;
  }

  private Run newRun(int from, int to) {
    long start = arena.slots().get(from).start();
    long length = arena.slots().get(to - 1).start() + arena.slots().get(to - 1).length() - start;
    var counted = new View[counters.length];
    var in = new View[3 + states.length + counters.length];
    var out = new View[1 + states.length];
    in[0] = out[0] = range(arena.values(), start, length, 1);
    in[1] = range(arena.gradients(), start, length, 1);
    in[2] = range(lr, 0, length, 0);
    for (int k = 0; k < states.length; k++) in[3 + k] = out[1 + k] = range(states[k], start, length, 1);
    for (int k = 0; k < counters.length; k++) {
      counted[k] = range(counters[k], from, to - from, 1);
      in[3 + states.length + k] = range(counters[k], from, length, 0);
    }
    return new Run(from, to, counted, in, out);
  }

  private static View range(Tensor of, long start, long length, long stride) {
    var layout = new Layout(Shape.of(length), new long[]{stride}, start);
    return new View(of.view().buffer(), of.dtype(), layout);
  }
}
