package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.jacquard.DType;
import io.jacquard.tensor.Tensor;

/**
 * How far a result may be from PyTorch's: for each element {@code |a - b| <= unit * |b| + unit * max|b|}, where b is
 * PyTorch's and the unit depends on the type. NaN equals NaN, infinities are equal; integers and bools are exactly equal.
 * The units of the halves allow for one step in the last place.
 *
 * @param reason why it is not {@link #USUAL}
 */
record GoldenTolerance(double float32, double float64, double float16, double bfloat16, String reason) {
  /** For all that states no other. */
  static final GoldenTolerance USUAL = new GoldenTolerance(1e-5, 1e-10, "");
  /** For conversions. */
  static final GoldenTolerance EXACT = new GoldenTolerance(0, 0, 0, 0, "rounded once, or not at all");

  GoldenTolerance(double float32, double float64, String reason) {
    this(float32, float64, 0x1p-11, 0x1p-8, reason);
  }

  private double unit(DType type) {
    return switch (type) {
      case FLOAT32 -> float32;
      case FLOAT64 -> float64;
      case FLOAT16 -> float16;
      case BFLOAT16 -> bfloat16;
      case INT32, INT64, UINT8, BOOL -> 0;
    };
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
