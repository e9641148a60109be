package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.jacquard.inspect.Closeness;
import io.jacquard.tensor.Tensor;

/**
 * How far a result may be from PyTorch's.
 *
 * @param reason why it is not {@link #USUAL}
 */
record GoldenTolerance(Closeness closeness, String reason) {
  /** For all that states no other. */
  static final GoldenTolerance USUAL = new GoldenTolerance(Closeness.USUAL, "");
  /** For conversions. */
  static final GoldenTolerance EXACT = new GoldenTolerance(Closeness.EXACT, "rounded once, or not at all");

  GoldenTolerance(double float32, double float64, String reason) {
    this(new Closeness(float32, float64, Closeness.USUAL.float16(), Closeness.USUAL.bfloat16()), reason);
  }

  /** Type, shape and elements. */
  void check(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.spec(), actual.spec(), what);
    var want = expected.toDoubles();
    var got = actual.toDoubles();
    var result = closeness.compare(expected.dtype(), want, got, null);
    if (result.isNear()) return;
    int i = result.first();
    fail(what + ", element " + i + " of " + expected.shape() + ": PyTorch has " + want[i] + ", here it is "
        + got[i] + "; the difference may be " + result.allowed());
  }
}
