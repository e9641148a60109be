package io.jacquard.expr;

import io.jacquard.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a program, as a program: reverse-mode differentiation, done on symbols once.
 *
 * <pre>{@code
 * var gelu = Program.of(in -> in[0].gelu(), DType.FLOAT32);
 * var d = Derivative.of(gelu, new boolean[] {true});
 * d.program();   // what to run: one output for each input asked for
 * d.operands();  // on what: inputs, then outputs, then output gradients, by number
 * }</pre>
 *
 * <p>Conventions at ties and boundaries are PyTorch's: the two sides of a tied {@code min} or {@code max} get half each,
 * {@code abs} has gradient 0 at 0, rounding has none. A gradient goes through {@code SELECT} branch by branch: what a
 * branch contributes is computed whole and dropped where the branch was not taken, so that a NaN of the untaken branch
 * stays out.
 *
 * @param program one output for each input asked for; its inputs are those listed in {@code operands}
 * @param operands for each input of the program: i for input i of the original, n + j for its output j, n + m + j for
 *        the gradient of output j (n inputs, m outputs); only what is needed is listed
 */
public record Derivative(Program program, int[] operands) {
  /** Differentiates with respect to the inputs for which {@code wanted} is true; those must be floating. */
  public static Derivative of(Program forward, boolean[] wanted) {
    return new Builder(forward, true).build(wanted);
  }

  /** As {@link #of}, for a program whose outputs are not saved, as when they were summed up: they are computed again. */
  public static Derivative recomputing(Program forward, boolean[] wanted) {
    return new Builder(forward, false).build(wanted);
  }

  /** Under which choices a value counts: a chain of conditions and their outcomes, the innermost first. */
  private record Guard(@Nullable Guard outer, Scalar condition, boolean outcome, int depth) {
    Scalar apply(Scalar value) {
      var zero = value.constantFor(0);
      return outcome ? condition.where(value, zero) : condition.where(zero, value);
    }

    Scalar holds() {
      return outcome ? condition : condition.not();
    }

    boolean isOppositeOf(Guard other) {
      return outer == other.outer && condition == other.condition && outcome != other.outcome;
    }
  }

  /** A share of a value's gradient, and the guard under which it counts. */
  private record Share(Scalar value, @Nullable Guard guard) {}

  private static final class Builder {
    private final Program forward;
    private final int inputs;
    private final int outputs;
    private final Trace trace;
    /** What stands for each forward node; a node that is an output is read from the saved output. */
    private final Scalar[] values;
    private final List<List<Share>> shares = new ArrayList<>();
    /** Every guard once, so that two SELECTs on the same condition guard alike. */
    private final Map<Guard, Guard> guards = new HashMap<>();

    Builder(Program forward, boolean saved) {
      this.forward = forward;
      inputs = forward.inputs().size();
      outputs = forward.outputs();
      var types = new ArrayList<>(forward.inputs());
      for (int half = 0; half < 2; half++) {
        for (int j = 0; j < outputs; j++) types.add(forward.outputType(j));
      }
      trace = new Trace(types);
      var args = new Scalar[inputs];
      for (int i = 0; i < inputs; i++) args[i] = trace.input(i);
      values = trace.inline(forward, args, saved ? savedOutputs() : Map.of());
      for (int i = 0; i < values.length; i++) shares.add(new ArrayList<>(1));
    }

    /** What is an output need not be computed again, unless it is merely an input or a constant. */
    private Map<Integer, Scalar> savedOutputs() {
      var known = new HashMap<Integer, Scalar>();
      for (int j = 0; j < outputs; j++) {
        int output = forward.output(j);
        switch (forward.node(output)) {
          case Node.Apply _ -> known.put(output, trace.input(inputs + j));
          // A half is what was computed, rounded. It stands for that, unless it is there unrounded.
          case Node.Cast(var type, int of) when type.isHalf() && forward.node(of) instanceof Node.Apply ->
            known.putIfAbsent(of, trace.input(inputs + j).to(DType.FLOAT32));
          default -> {
            // computed again
          }
        }
      }
      return known;
    }

    Derivative build(boolean[] wanted) {
      for (int j = 0; j < outputs; j++) {
        if (forward.outputType(j).isFloating())
          give(forward.output(j), trace.input(inputs + outputs + j), null);
      }
      var results = new Scalar[inputs];
      for (int n = forward.nodes().size() - 1; n >= 0; n--) {
        var merged = merge(shares.get(n));
        if (merged == null) continue;
        switch (forward.node(n)) {
          case Node.Input(int index, _) -> results[index] = under(merged, null);
          case Node.Cast(_, int of) -> give(of, merged.value, merged.guard);
          case Node.Apply apply -> through(apply, values[n], merged);
          case Node.Param _,Node.Const _,Node.Index _,Node.Uniform _ -> {
            // nothing asks for the gradient of these
          }
        }
      }
      return finish(wanted, results);
    }

    private Derivative finish(boolean[] wanted, Scalar[] results) {
      var asked = new ArrayList<Scalar>();
      for (int i = 0; i < inputs; i++) {
        if (!wanted[i]) continue;
        var type = forward.inputs().get(i);
        if (!type.isFloating())
          throw new IllegalArgumentException("input " + i + " is " + type + ": no gradient");
        asked.add(results[i] == null ? trace.constant(type, 0) : results[i].to(type));
      }
      var full = trace.program(asked.toArray(Scalar[]::new));
      var operands = full.nodes().stream().mapMultiToInt((node, out) -> {
        if (node instanceof Node.Input(int index, _)) out.accept(index);
        if (node instanceof Node.Uniform(_, int draw, _)) out.accept(draw);
      }).sorted().distinct().toArray();
      return new Derivative(Renumber.inputs(full, operands), operands);
    }

    /**
     * Adds a share to a node's gradient, converted to the type in which the node's is computed; a node that is no float
     * takes none.
     */
    private void give(int node, Scalar value, @Nullable Guard guard) {
      var type = forward.node(node).type();
      if (type.isFloating()) shares.get(node).add(new Share(value.to(type.computeType()), guard));
    }

    private Guard guard(@Nullable Guard outer, Scalar condition, boolean outcome) {
      var guard = new Guard(outer, condition, outcome, outer == null ? 1 : outer.depth + 1);
      return guards.computeIfAbsent(guard, g -> g);
    }

    private @Nullable Share merge(List<Share> all) {
      return all.stream().reduce(this::merge).orElse(null);
    }

    /**
     * The sum of two shares, under a guard that holds where either's does. It must not hold elsewhere: the sum is 0
     * there, but what it is multiplied by next may be NaN.
     */
    private Share merge(Share a, Share b) {
      if (a.guard != null && b.guard != null && a.guard.isOppositeOf(b.guard)) {
        var yes = a.guard.outcome ? a : b;
        var no = a.guard.outcome ? b : a;
        return new Share(a.guard.condition.where(yes.value, no.value), a.guard.outer);
      }
      var common = commonOuter(a.guard, b.guard);
      var sum = under(a, common).add(under(b, common));
      if (a.guard == common || b.guard == common) return new Share(sum, common);
      var either = holds(a.guard, common).or(holds(b.guard, common));
      return new Share(sum, guard(common, either, true));
    }

    /** Whether all of a guard holds, from within {@code outer}. */
    private static Scalar holds(@Nullable Guard guard, @Nullable Guard outer) {
      var innermost = Objects.requireNonNull(guard);
      var all = innermost.holds();
      for (var g = innermost.outer; g != null && g != outer; g = g.outer) all = all.and(g.holds());
      return all;
    }

    /** A share's value as it counts within {@code outer}: 0 where the guards between do not hold. */
    private static Scalar under(Share share, @Nullable Guard outer) {
      var value = share.value;
      for (var g = share.guard; g != null && g != outer; g = g.outer) value = g.apply(value);
      return value;
    }

    /** The innermost guard that both are under. */
    private static @Nullable Guard commonOuter(@Nullable Guard a, @Nullable Guard b) {
      while (a != b) {
        int depthA = a == null ? 0 : a.depth;
        int depthB = b == null ? 0 : b.depth;
        if (a != null && depthA >= depthB) a = a.outer;
        if (b != null && depthB >= depthA) b = b.outer;
      }
      return a;
    }

    /** Hands the gradient {@code out} of one operation on to its arguments; {@code y} is the operation's value. */
    private void through(Node.Apply node, Scalar y, Share out) {
      var g = out.value;
      var a = values[node.a()];
      var b = node.b() < 0 ? a : values[node.b()]; // one argument only: b is not asked for
      switch (node.op()) {
        case NEG -> give(node.a(), g.neg(), out.guard);
        case ABS -> give(node.a(), g.mul(a.sign()), out.guard);
        case SQRT -> give(node.a(), g.mul(0.5).div(y), out.guard);
        case RSQRT -> give(node.a(), g.mul(-0.5).mul(y.mul(y).mul(y)), out.guard);
        case EXP -> give(node.a(), g.mul(y), out.guard);
        case EXPM1 -> give(node.a(), g.mul(y.add(1)), out.guard);
        case LOG -> give(node.a(), g.div(a), out.guard);
        case LOG1P -> give(node.a(), g.div(a.add(1)), out.guard);
        case SIN -> give(node.a(), g.mul(a.cos()), out.guard);
        case COS -> give(node.a(), g.mul(a.sin()).neg(), out.guard);
        case TANH -> give(node.a(), g.mul(y.mul(y).rsub(1)), out.guard);
        case SIGMOID -> give(node.a(), g.mul(y.mul(y.rsub(1))), out.guard);
        case ERF -> give(node.a(), g.mul(a.mul(a).neg().exp().mul(2 / Math.sqrt(Math.PI))), out.guard);
        case ADD -> {
          give(node.a(), g, out.guard);
          give(node.b(), g, out.guard);
        }
        case SUB -> {
          give(node.a(), g, out.guard);
          give(node.b(), g.neg(), out.guard);
        }
        case MUL -> {
          give(node.a(), g.mul(b), out.guard);
          give(node.b(), g.mul(a), out.guard);
        }
        case DIV -> {
          give(node.a(), g.div(b), out.guard);
          give(node.b(), g.mul(y).div(b).neg(), out.guard);
        }
        case MIN -> extremes(node, a.lt(b), b.lt(a), out);
        case MAX -> extremes(node, b.lt(a), a.lt(b), out);
        case POW -> power(node, a, b, y, out);
        case FMA -> {
          give(node.a(), g.mul(b), out.guard);
          give(node.b(), g.mul(a), out.guard);
          give(node.c(), g, out.guard);
        }
        case SELECT -> {
          give(node.b(), g, guard(out.guard, a, true));
          give(node.c(), g, guard(out.guard, a, false));
        }
        case SIGN, FLOOR, CEIL, ROUND, TRUNC -> {
          // piecewise constant
        }
        case NOT, EQ, NE, LT, LE, AND, OR, XOR -> throw new IllegalStateException(node.op() + " of a float");
      }
    }

    /** All of the gradient to the side that won, half to each at a tie; a NaN counts as a tie, as nothing has won. */
    private void extremes(Node.Apply node, Scalar aWins, Scalar bWins, Share out) {
      var g = out.value;
      var zero = g.constantFor(0);
      var half = g.mul(0.5);
      give(node.a(), aWins.where(g, bWins.where(zero, half)), out.guard);
      give(node.b(), bWins.where(g, aWins.where(zero, half)), out.guard);
    }

    /** PyTorch's rule: exponent 0 gives the base no gradient; base 0 gives an exponent >= 0 none. */
    private void power(Node.Apply node, Scalar a, Scalar b, Scalar y, Share out) {
      var g = out.value;
      var zero = g.constantFor(0);
      var byBase = g.mul(b.mul(a.pow(b.sub(1))));
      give(node.a(), b.eq(0).where(zero, byBase), out.guard);
      if (forward.node(node.b()) instanceof Node.Const) return;
      var byExponent = g.mul(y.mul(a.log()));
      give(node.b(), a.eq(0).and(b.ge(0)).where(zero, byExponent), out.guard);
    }
  }
}
