package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.expr.Philox;
import io.jacquard.tensor.Generator;

/**
 * Normal numbers between two bounds, by rejection (Robert 1995): candidates are normal where the bounds leave most of them
 * in, and otherwise uniform between the bounds, taken as often as the density asks for. One draw; each attempt for element i
 * is a function of (seed, draw, i, attempt) alone.
 */
final class TruncatedNormal {
  /** Beyond this distance in {@code (x^2 - nearest^2) / 2} the density is e^-40 of its peak, and is cut. */
  private static final double CUT = 40;

  private TruncatedNormal() {}

  static float[] values(Shape shape, double mean, double std, double low, double high) {
    var generator = Generator.current();
    var values = new float[InitialValues.count(shape)];
    long seed = generator.seed();
    long draw = generator.nextDraw();
    double a = (low - mean) / std;
    double b = (high - mean) / std;
    for (int i = 0; i < values.length; i++) {
      double x = mean + std * standard(seed, draw, i, values.length, a, b);
      // Rounding to float32 may step over a bound that is a double.
      values[i] = (float) Math.clamp(x, low, high);
    }
    return values;
  }

  private static double standard(long seed, long draw, long i, long count, double a, double b) {
    boolean inside = a <= 0 && b >= 0;
    boolean proposeNormal = inside && b - a > Math.sqrt(2 * Math.PI);
    double peak = inside ? 0 : a > 0 ? a : b;
    double reach = Math.sqrt(peak * peak + 2 * CUT);
    double from = Math.max(a, -reach);
    double to = Math.min(b, reach);
    for (long attempt = 0;; attempt++) {
      long at = 2 * (attempt * count + i);
      double u = Philox.uniform(seed, draw, at);
      double v = Philox.uniform(seed, draw, at + 1);
      if (proposeNormal) {
        double x = Math.sqrt(-2 * StrictMath.log(1 - u)) * StrictMath.cos(2 * Math.PI * v);
        if (x >= a && x <= b) return x;
      } else {
        double x = from + (to - from) * u;
        if (v <= StrictMath.exp((peak * peak - x * x) / 2)) return x;
      }
    }
  }
}
