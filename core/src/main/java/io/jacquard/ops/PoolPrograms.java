package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The programs of pooling. There are two forms of each: over all taps of a window at once, where every tap lies on an
 * element for every window, and tap after tap. Both give the same bits.
 *
 * <p>The tap that a maximum came from is noted as a float32, so that programs over float32 have one type of vector.
 */
final class PoolPrograms {
  /** The type of tap numbers. */
  static final DType TAP = DType.FLOAT32;
  /** The number of no tap: in a window that saw no element yet. */
  static final double NO_TAP = -1;
  /** Windows of more taps are taken tap after tap: C2 gives up on long programs. */
  static final int MOST_TAPS = 9;

  private record Key(String what, DType type, int taps) {}

  /** A cache; few kinds of windows are ever used. */
  private static final ConcurrentHashMap<Key, Program> PROGRAMS = new ConcurrentHashMap<>();

  private PoolPrograms() {}

  /** From all taps' elements, the largest and its tap; the first of equals, and the last NaN if there is one. */
  static Program max(DType type, int taps) {
    return PROGRAMS.computeIfAbsent(new Key("max", type, taps), _ -> {
      var trace = new Trace(Collections.nCopies(taps, type));
      var largest = trace.input(0);
      var tap = trace.constant(TAP, 0);
      for (int k = 1; k < taps; k++) {
        var x = trace.input(k);
        var taken = x.gt(largest).or(x.isNan());
        largest = taken.where(x, largest);
        tap = taken.where(trace.constant(TAP, k), tap);
      }
      return trace.program(largest, tap);
    });
  }

  /** From the largest so far, its tap, and one more tap's element: the new largest and its tap. Parameter 0: this tap. */
  static Program maxOfTap(DType type) {
    return PROGRAMS.computeIfAbsent(new Key("max of tap", type, 1), _ -> {
      var trace = new Trace(List.of(type, TAP, type));
      var x = trace.input(2);
      var taken = x.gt(trace.input(0)).or(x.isNan()).or(trace.input(1).lt(0));
      return trace.program(taken.where(x, trace.input(0)), taken.where(trace.param(0, TAP), trace.input(1)));
    });
  }

  /** From the gradient and the tap of the largest: each tap's share. */
  static Program spread(DType type, int taps) {
    return PROGRAMS.computeIfAbsent(new Key("spread", type, taps), _ -> {
      var trace = new Trace(List.of(type, TAP));
      var shares = new Scalar[taps];
      for (int k = 0; k < taps; k++) {
        var tap = trace.constant(TAP, k);
        shares[k] = trace.input(1).eq(tap).where(trace.input(0), trace.constant(type, 0));
      }
      return trace.program(shares);
    });
  }

  /** From an element's sum, the gradient and the tap of the largest: the new sum. Parameter 0: this tap. */
  static Program spreadTap(DType type) {
    return PROGRAMS.computeIfAbsent(new Key("spread tap", type, 1), _ -> {
      var trace = new Trace(List.of(type, type, TAP));
      var sum = trace.input(0);
      return trace.program(trace.input(2).eq(trace.param(0, TAP)).where(sum.add(trace.input(1)), sum));
    });
  }

  /** From what was picked so far, this tap's element and the tap to pick: what is picked now. Parameter 0: this tap. */
  static Program pickTap(DType type) {
    return PROGRAMS.computeIfAbsent(new Key("pick tap", type, 1), _ -> {
      var trace = new Trace(List.of(type, type, TAP));
      return trace.program(trace.input(2).eq(trace.param(0, TAP)).where(trace.input(1), trace.input(0)));
    });
  }

  /** The sum of all taps' elements, divided by parameter 0. */
  static Program sum(DType type, int taps) {
    return PROGRAMS.computeIfAbsent(new Key("sum", type, taps), _ -> {
      var trace = new Trace(Collections.nCopies(taps, type));
      var sum = trace.input(0);
      for (int k = 1; k < taps; k++) sum = sum.add(trace.input(k));
      return trace.program(sum.div(trace.param(0, type)));
    });
  }

  /** The gradient divided by parameter 0, once for each tap. */
  static Program share(DType type, int taps) {
    return PROGRAMS.computeIfAbsent(new Key("share", type, taps), _ -> {
      var trace = new Trace(List.of(type));
      var share = trace.input(0).div(trace.param(0, type));
      return trace.program(Collections.nCopies(taps, share).toArray(Scalar[]::new));
    });
  }

  /** A sum and one more summand, divided by parameter 0. */
  static Program shareOfTap(DType type) {
    return PROGRAMS.computeIfAbsent(new Key("share of tap", type, 1), _ -> {
      var trace = new Trace(List.of(type, type));
      return trace.program(trace.input(0).add(trace.input(1).div(trace.param(0, type))));
    });
  }

  /** A number divided by parameter 0. */
  static Program divide(DType type) {
    return share(type, 1);
  }
}
