package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.jacquard.DType;
import io.jacquard.tensor.Tensor;

/**
 * How far a result may be from PyTorch's: for each element {@code |a - b| <= unit * |b| + unit * max|b|}, where b is
 * PyTorch's and the unit depends on the type. NaN equals NaN, infinities are equal; integers and bools are exactly equal.
 *
 * @param reason why it is wider than {@link #USUAL}
 */
record GoldenTolerance(double float32, double float64, String reason) {
  /** For all that states no other. */
  static final GoldenTolerance USUAL = new GoldenTolerance(1e-5, 1e-10, "");

  private double unit(DType type) {
    if (type == DType.FLOAT32) return float32;
    if (type == DType.FLOAT64) return float64;
    if (type.isFloating())
      throw new IllegalArgumentException("State how far results of " + type + " may be from PyTorch's.");
    return 0;
  }

  /** Type, shape and elements. */
  void check(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.spec(), actual.spec(), what);
    var want = expected.toDoubles();
    var got = actual.toDoubles();
    double unit = unit(expected.dtype());
    double largest = 0;
    for (double w : want) {
      if (Double.isFinite(w)) largest = Math.max(largest, Math.abs(w));
    }
    for (int i = 0; i < want.length; i++) {
      double w = want[i];
      double bound = unit * Math.abs(w) + unit * largest;
      boolean near = w == got[i] || Double.compare(w, got[i]) == 0
          || Double.isFinite(w) && Math.abs(w - got[i]) <= bound;
      if (!near) {
        fail(what + ", element " + i + " of " + expected.shape() + ": PyTorch has " + w + ", here it is "
            + got[i] + "; the difference may be " + bound);
      }
    }
  }
}
