package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Copy;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.View;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer's step over its parameters in one arena: one pass for each run of neighbours that have a gradient and
 * have been stepped equally often; usually that is a single pass over everything.
 */
final class ArenaStep {
  private static final long[] NO_PARAMS = {};
  /** The name of the step count, among counters and in saved states. */
  private static final String STEP = "step";
  private static final ScalarFunction TOUCHED = ScalarFunction.of("touched_rows",
      in -> in[0].ne(0).where(in[0].constantFor(1), in[0].constantFor(0)).to(DType.FLOAT32));

  /** Neighbouring slots that are stepped together, with the views of the pass, made once. */
  private record Run(int from, int to, boolean byRows, View[] countersIn, View[] counters, View[] in,
      View[] out) {}

  private final Rule rule;
  private final Arena arena;
  private final Set<Parameter> mine;
  /** In which rules compute, and what they remember is kept. */
  private final DType wide;
  private final boolean hasMomentum;
  private final Program advance;
  private final Program update;
  /** The same with one more input: where it is 0, all stays as it was. */
  private final Program advanceIf;
  private final Program updateIf;
  private final Tensor[] states;
  private final Tensor[] counters;
  /** Learning rate and momentum, which the host writes before a step. */
  private final Tensor hyper;
  /** How often each slot has been stepped. */
  private final long[] steps;
  /** Which slots the last step changed. */
  private final boolean[] stepped;
  /** Whether some step depended on a number that the host does not know: then counts are those of the device. */
  private boolean conditional;
  /** A cache of the runs that have occurred. */
  private final List<Run> runs = new ArrayList<>();

  ArenaStep(Rule rule, Arena arena, List<Parameter> mine) {
    this.rule = rule;
    this.arena = arena;
    this.mine = new HashSet<>(mine);
    int slots = arena.slots().size();
    var type = arena.values().dtype();
    wide = type == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    hasMomentum = rule.momentum() != 0;
    steps = new long[slots];
    stepped = new boolean[slots];
    states = new Tensor[rule.states().size()];
    for (int k = 0; k < states.length; k++) states[k] = arena.filled(wide, rule.initialState(k));
    counters = new Tensor[rule.counters().size()];
    try (var _ = Scope.open()) {
      var device = arena.values().device();
      for (int k = 0; k < counters.length; k++)
        counters[k] = Tensor.zeros(device, wide, Shape.of(slots)).hold();
      hyper = Tensor.zeros(device, wide, Shape.of(2)).hold();
    }
    var advanceTypes = types(counters.length + (hasMomentum ? 1 : 0));
    advance = Program.ofAll(this::advanced, advanceTypes);
    var updateTypes = types(3 + (hasMomentum ? 1 : 0) + states.length + counters.length);
    updateTypes[0] = updateTypes[1] = type;
    update = Program.ofAll(this::updated, updateTypes);
    advanceIf = Program.ofAll(in -> unlessZero(in, this::advanced, this::countersOf), and(advanceTypes));
    updateIf = Program.ofAll(in -> unlessZero(in, this::updated, this::changedOf), and(updateTypes));
  }

  private DType[] types(int count) {
    var types = new DType[count];
    Arrays.fill(types, wide);
    return types;
  }

  /** Inputs: counters, momentum if there is one. */
  private Scalar[] advanced(Scalar[] in) {
    if (counters.length == 0) return in;
    var momentum = hasMomentum ? in[counters.length] : in[0].constantFor(0);
    return rule.advance(new Rule.Advance(Arrays.copyOf(in, counters.length), momentum));
  }

  /** Inputs: parameter, gradient, learning rate, momentum if there is one, states, counters. */
  private Scalar[] updated(Scalar[] in) {
    int s = hasMomentum ? 4 : 3;
    int c = s + states.length;
    var momentum = hasMomentum ? in[3] : in[2].constantFor(0);
    var result = rule.update(new Rule.Update(in[0].to(wide), in[1].to(wide), in[2], momentum,
        Arrays.copyOfRange(in, s, c), Arrays.copyOfRange(in, c, in.length)));
    result[0] = result[0].to(in[0].type());
    return result;
  }

  private static DType[] and(DType[] types) {
    var more = Arrays.copyOf(types, types.length + 1);
    more[types.length] = DType.FLOAT32;
    return more;
  }

  /** What {@code step} makes of all inputs but the last, or the {@code old} values where that is 0. */
  private static Scalar[] unlessZero(Scalar[] in, UnaryOperator<Scalar[]> step, UnaryOperator<Scalar[]> old) {
    var given = Arrays.copyOf(in, in.length - 1);
    var result = step.apply(given);
    var before = old.apply(given);
    for (int k = 0; k < before.length; k++)
      result[k] = in[in.length - 1].ne(0).where(result[k], before[k]);
    return result;
  }

  private Scalar[] countersOf(Scalar[] in) {
    return Arrays.copyOf(in, counters.length);
  }

  /** Parameter and states, of the inputs of an update. */
  private Scalar[] changedOf(Scalar[] in) {
    int s = hasMomentum ? 4 : 3;
    var changed = Arrays.copyOfRange(in, s - 1, s + states.length);
    changed[0] = in[0];
    return changed;
  }

  void set(double lr, double momentum) {
    var bits = wide == DType.FLOAT64
        ? MemorySegment.ofArray(new double[]{lr, momentum})
        : MemorySegment.ofArray(new float[]{(float) lr, (float) momentum});
    hyper.device().backend().upload(bits, hyper.view().buffer(), 0);
  }

  /** @param unlessZero where it is 0, nothing changes but the host's count; null for a step in any case */
  void run(@Nullable Tensor unlessZero) {
    var slots = arena.slots();
    Arrays.fill(stepped, false);
    conditional |= unlessZero != null;
    int from = 0;
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      while (from < slots.size()) {
        if (!takesPart(from)) {
          from++;
          continue;
        }
        int to = from + 1;
        while (to < slots.size() && takesPart(to) && together(from, to)) to++;
        step(runOf(from, to), unlessZero);
        Arrays.fill(stepped, from, to, true);
        from = to;
      }
    }
    countAgain();
  }

  /** Whether two neighbours can be stepped in one pass. */
  private boolean together(int from, int to) {
    return steps[to] == steps[from] && !parameter(from).isSparse() && !parameter(to).isSparse();
  }

  /** Counts a step of the same parameters as the last one. */
  void countAgain() {
    countMore(1);
  }

  /** Counts so many steps of the same parameters as the last one; fewer than 0 for steps that were none. */
  void countMore(long more) {
    for (int i = 0; i < steps.length; i++) {
      if (!stepped[i]) continue;
      steps[i] += more;
      arena.slots().get(i).parameter().leaf().valuesChanged();
    }
  }

  private boolean takesPart(int slot) {
    var parameter = arena.slots().get(slot).parameter();
    return parameter.leaf().isTouched() && !parameter.isFrozen() && mine.contains(parameter);
  }

  private void step(Run run, @Nullable Tensor unlessZero) {
    var backend = arena.values().device().backend();
    if (counters.length > 0) {
      if (unlessZero == null)
        backend.map(advance, NO_PARAMS, run.countersIn, run.counters);
      else
        backend.map(advanceIf, NO_PARAMS, and(run.countersIn, unlessZero), run.counters);
    }
    var condition = run.byRows ? touchedRows(run, unlessZero) : unlessZero;
    if (condition == null)
      backend.map(update, NO_PARAMS, run.in, run.out);
    else
      backend.map(updateIf, NO_PARAMS, and(run.in, condition), run.out);
  }

  /** 1 for each row of a sparse parameter whose gradient is not all zeros, 0 for all others. */
  private Tensor touchedRows(Run run, @Nullable Tensor unlessZero) {
    var gradient = Tensor.over(hyper.device(), arena.gradients().block(), run.in[1]);
    var axes = IntStream.range(1, gradient.rank()).toArray();
    var touched = Tensor.apply(
        new Reduce("touched_rows", Fold.MAX, TOUCHED.program(gradient.dtype()), axes, true), gradient)[0];
    return unlessZero == null ? touched : touched.mul(unlessZero);
  }

  private static View[] and(View[] in, Tensor condition) {
    var more = Arrays.copyOf(in, in.length + 1);
    more[in.length] = condition.expand(in[0].shape()).view();
    return more;
  }

  private Run runOf(int from, int to) {
    boolean byRows = parameter(from).isSparse();
    for (var run : runs) {
      if (run.from == from && run.to == to && run.byRows == byRows) return run;
    }
    var run = newRun(from, to, byRows);
    runs.add(run);
    return run;
  }

  private Run newRun(int from, int to, boolean byRows) {
    long start = arena.slots().get(from).start();
    long length = arena.slots().get(to - 1).start() + arena.slots().get(to - 1).length() - start;
    var each = byRows ? parameter(from).value().view().layout() : line(start, length);
    int s = hasMomentum ? 4 : 3;
    var counted = new View[counters.length];
    var countedIn = new View[counters.length + (hasMomentum ? 1 : 0)];
    var in = new View[s + states.length + counters.length];
    var out = new View[1 + states.length];
    in[0] = out[0] = at(arena.values(), each);
    in[1] = at(arena.gradients(), each);
    in[2] = one(hyper, 0, each.shape());
    if (hasMomentum) in[3] = one(hyper, 1, each.shape());
    for (int k = 0; k < states.length; k++) in[s + k] = out[1 + k] = at(states[k], each);
    for (int k = 0; k < counters.length; k++) {
      countedIn[k] = counted[k] = at(counters[k], line(from, to - from));
      in[s + states.length + k] = one(counters[k], from, each.shape());
    }
    if (hasMomentum) countedIn[counters.length] = one(hyper, 1, Shape.of(to - from));
    return new Run(from, to, byRows, countedIn, counted, in, out);
  }

  private static Layout line(long start, long length) {
    return new Layout(Shape.of(length), new long[]{1}, start);
  }

  private static View at(Tensor of, Layout layout) {
    return new View(of.view().buffer(), of.dtype(), layout);
  }

  /** One element beside all of a shape. */
  private static View one(Tensor of, long place, Shape beside) {
    return at(of, new Layout(beside, new long[beside.rank()], place));
  }

  // ---- what a training needs to go on

  /** The slots of this step's parameters. */
  List<Integer> slots() {
    return IntStream.range(0, arena.slots().size())
        .filter(i -> mine.contains(arena.slots().get(i).parameter())).boxed().toList();
  }

  Parameter parameter(int slot) {
    return arena.slots().get(slot).parameter();
  }

  /** A parameter's step count, its states and its counters by name; they share this step's memory. */
  SequencedMap<String, Tensor> state(int slot) {
    var all = new LinkedHashMap<String, Tensor>();
    var device = hyper.device();
    all.put(STEP,
        Tensor.of(device, DType.INT64, Shape.SCALAR, MemorySegment.ofArray(new long[]{count(slot)})));
    for (int k = 0; k < counters.length; k++) {
      if (!rule.counters().get(k).equals(STEP))
        all.put(rule.counters().get(k), Tensor.over(device, counters[k].block(), counterView(k, slot)));
    }
    for (int k = 0; k < states.length; k++)
      all.put(rule.states().get(k), Tensor.over(device, states[k].block(), stateView(k, slot)));
    return all;
  }

  private long count(int slot) {
    int counter = rule.counters().indexOf(STEP);
    if (!conditional || counter < 0) return steps[slot];
    try (var _ = Scope.open()) {
      return (long) Tensor.over(hyper.device(), counters[counter].block(), counterView(counter, slot)).item();
    }
  }

  /** Takes over values of {@link #state}, whose names and shapes fit. */
  void restore(int slot, Function<String, Tensor> byName) {
    steps[slot] = (long) byName.apply(STEP).item();
    for (int k = 0; k < counters.length; k++)
      copy(byName.apply(rule.counters().get(k)), counterView(k, slot));
    for (int k = 0; k < states.length; k++) copy(byName.apply(rule.states().get(k)), stateView(k, slot));
  }

  private void copy(Tensor from, View to) {
    Copy.run(hyper.device().backend(), from.detach().to(hyper.device()).to(wide).view(), to);
  }

  private View counterView(int k, int slot) {
    return new View(counters[k].view().buffer(), wide, new Layout(Shape.SCALAR, new long[0], slot));
  }

  private View stateView(int k, int slot) {
    return new View(states[k].view().buffer(), wide, parameter(slot).value().view().layout());
  }
}
