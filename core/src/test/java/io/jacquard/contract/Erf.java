package io.jacquard.contract;

/**
 * The error function in double, to a few units in the last place: short and checkable rather than fast.
 *
 * <p>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964. Below 2 the series 7.1.6, all of whose
 * terms are positive, so that nothing cancels; above, 1 - erfc with the continued fraction 7.1.14, whose error shrinks
 * with erfc itself.
 */
final class Erf {
  private Erf() {}

  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) return x;
    double y = a < 2 ? series(a) : a > 6 ? 1 : 1 - complement(a);
    return Math.copySign(y, x);
  }

  /** {@code 2/sqrt(pi) * exp(-x^2) * (x + 2x^3/3 + 4x^5/15 + ...)} */
  private static double series(double x) {
    double square = x * x;
    double sum = 1;
    double term = 1;
    for (int n = 0; term > sum * 0x1p-56; n++) {
      term *= 2 * square / (2 * n + 3);
      sum += term;
    }
    double lost = Math.fma(x, x, -square); // what rounding took from x*x; exp would magnify it
    return 2 / Math.sqrt(Math.PI) * x * sum * (StrictMath.exp(-square) * (1 - lost));
  }

  /** {@code exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ...)))))} */
  private static double complement(double x) {
    double tail = x;
    for (int n = 80; n > 0; n--) tail = x + n / 2.0 / tail;
    return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / tail;
  }
}
