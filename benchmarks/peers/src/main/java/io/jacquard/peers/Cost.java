package io.jacquard.peers;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/**
 * What a piece of work must do at least: float32 operations, of which a multiply-add is two, or bytes that it moves if each
 * input is read and each result written once. Which of the two is its limit is said by the unit.
 */
record Cost(double amount, Unit unit) {
  enum Unit {
    OPERATIONS, BYTES
  }

  /** Arrays of the first size that go through memory. */
  private static final Map<String, Integer> ARRAYS = Map.ofEntries(entry("copy", 2), entry("gelu-fma", 4),
      entry("adam", 7), entry("softmax", 2), entry("exp", 2), entry("tanh", 2), entry("sigmoid", 2),
      entry("erf", 2), entry("sum", 1), entry("transpose-copy", 2), entry("broadcast-add", 2));
  static final String FMA = "fma";
  static final String COPY = "copy";

  /** Null where it was not counted. */
  static Cost of(Workload work) {
    return switch (work) {
      case Workload.Matmul w -> new Cost(2.0 * w.m() * w.n() * w.k(), Unit.OPERATIONS);
      case Workload.Convolution w -> new Cost((w.backward() ? 3 : 1) * 2.0 * w.n() * w.k() * w.c() * w.side()
          * w.side() * w.kernel() * w.kernel(), Unit.OPERATIONS);
      case Workload.Op w when w.op().equals(FMA) -> new Cost(2 * numbers(w.sizes()), Unit.OPERATIONS);
      case Workload.Op w when ARRAYS.containsKey(w.op()) ->
        new Cost(ARRAYS.get(w.op()) * 4 * numbers(w.sizes()), Unit.BYTES);
      default -> null;
    };
  }

  /** Operations or bytes in a second, in thousands of millions. */
  double rate(double micros) {
    return amount / micros * 1e-3;
  }

  private static double numbers(List<Integer> sizes) {
    return sizes.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
  }
}
