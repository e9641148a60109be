package io.jacquard.inspect;

import io.jacquard.DType;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far results may be from those that were expected. An element {@code a} is near the expected {@code b} if
 * {@code |a - b| <= unit * |b| + unit * max|b|}, with a unit for each type; {@code max} is over the finite elements of the
 * tensor. NaN is near NaN, an infinity near itself; integers and bools must be equal.
 *
 * <pre>{@code
 * var result = Closeness.USUAL.compare(DType.FLOAT32, x.toDoubles(), y.toDoubles(), null);
 * System.out.println(result.isNear() ? "as expected" : "differs at " + result.first());
 * }</pre>
 *
 * <p>The golden files and {@link SideBySide} measure with this.
 */
public record Closeness(double float32, double float64, double float16, double bfloat16) {
  /** What different orders of sums and different approximations of functions need; a step in the last place of halves. */
  public static final Closeness USUAL = new Closeness(1e-5, 1e-10, 0x1p-11, 0x1p-8);
  /** The same numbers. */
  public static final Closeness EXACT = new Closeness(0, 0, 0, 0);

  /**
   * What a comparison found.
   *
   * @param first the first element that is not near; -1 if all are
   * @param count how many are not
   * @param allowed how far the first one might have been; 0 if all are near
   * @param worst the largest difference, as a share of what is allowed; infinite where nothing is
   */
  public record Result(int first, int count, double allowed, double worst) {
    public boolean isNear() {
      return count == 0;
    }
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

  /**
   * Compares all elements.
   *
   * @param slack what an element may be off beyond the rule, by its number; null for nothing
   */
  public Result compare(DType type, double[] expected, double[] actual, @Nullable IntToDoubleFunction slack) {
    if (expected.length != actual.length)
      throw new IllegalArgumentException(expected.length + " elements and " + actual.length);
    double unit = unit(type);
    double largest = 0;
    for (double want : expected) {
      if (Double.isFinite(want)) largest = Math.max(largest, Math.abs(want));
    }
    int first = -1;
    int count = 0;
    double allowed = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double want = expected[i];
      double got = actual[i];
      if (want == got || Double.isNaN(want) && Double.isNaN(got)) continue;
      double bound = unit * Math.abs(want) + unit * largest + (slack == null ? 0 : slack.applyAsDouble(i));
      boolean near = Double.isFinite(want) && Math.abs(want - got) <= bound;
      double share = Double.isFinite(want) && Double.isFinite(got) && bound > 0
          ? Math.abs(want - got) / bound
          : Double.POSITIVE_INFINITY;
      worst = Math.max(worst, share);
      if (near) continue;
      if (count++ == 0) {
        first = i;
        allowed = bound;
      }
    }
    return new Result(first, count, allowed, worst);
  }
}
