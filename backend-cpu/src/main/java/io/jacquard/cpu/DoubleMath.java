package io.jacquard.cpu;

/**
 * The functions of the scalar language on one float64: those of {@link Math} and {@link StrictMath}, and what they lack.
 */
final class DoubleMath {
  private DoubleMath() {}

  static double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
  }

  static double trunc(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  static double rsqrt(double x) {
    return 1 / Math.sqrt(x);
  }

  static double min(double a, double b) {
    return b < a || Double.isNaN(b) ? b : a;
  }

  static double max(double a, double b) {
    return a < b || Double.isNaN(b) ? b : a;
  }

  static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  /** C's pow, which takes 1 to any power and -1 to an infinite one as 1, where Java's gives NaN. */
  static double pow(double x, double y) {
    return x == 1 || x == -1 && Double.isInfinite(y) ? 1 : StrictMath.pow(x, y);
  }

  /** A polynomial by Horner's rule, the constant term first. */
  private static double horner(double x, double... c) {
    double sum = 0;
    for (int i = c.length - 1; i >= 0; i--) sum = sum * x + c[i];
    return sum;
  }

  /**
   * The error function, with an error below 1 unit in the last place. The rational approximations are those of fdlibm
   * (Sun Microsystems 1993, s_erf.c).
   */
  static double erf(double x) {
    double a = Math.abs(x);
    double y;
    if (Double.isNaN(a)) {
      return x;
    } else if (a < 0.84375) {
      return a < 0x1p-28 ? x + EFX * x : x + x * (horner(a * a, PP) / horner(a * a, QQ));
    } else if (a < 1.25) {
      y = ERX + horner(a - 1, PA) / horner(a - 1, QA);
    } else if (a >= 6) {
      y = 1;
    } else {
      double s = 1 / (a * a);
      double ratio = a < 1 / 0.35 ? horner(s, RA) / horner(s, SA) : horner(s, RB) / horner(s, SB);
      // exp(-a*a) in two factors: z has so few bits that its square is exact
      double z = Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xffffffff00000000L);
      y = 1 - StrictMath.exp(-z * z - 0.5625) * StrictMath.exp((z - a) * (z + a) + ratio) / a;
    }
    return Math.copySign(y, x);
  }

  private static final double ERX = 8.45062911510467529297e-01;
  private static final double EFX = 1.28379167095512586316e-01;
  private static final double[] PP = {1.28379167095512558561e-01, -3.25042107247001499370e-01,
      -2.84817495755985104766e-02, -5.77027029648944159157e-03, -2.37630166566501626084e-05};
  private static final double[] QQ = {1, 3.97917223959155352819e-01, 6.50222499887672944485e-02,
      5.08130628187576562776e-03, 1.32494738004321644526e-04, -3.96022827877536812320e-06};
  private static final double[] PA = {-2.36211856075265944077e-03, 4.14856118683748331666e-01,
      -3.72207876035701323847e-01, 3.18346619901161753674e-01, -1.10894694282396677476e-01,
      3.54783043256182359371e-02, -2.16637559486879084300e-03};
  private static final double[] QA = {1, 1.06420880400844228286e-01, 5.40397917702171048937e-01,
      7.18286544141962662868e-02, 1.26171219808761642112e-01, 1.36370839120290507362e-02,
      1.19844998467991074170e-02};
  private static final double[] RA = {-9.86494403484714822705e-03, -6.93858572707181764372e-01,
      -1.05586262253232909814e+01, -6.23753324503260060396e+01, -1.62396669462573470355e+02,
      -1.84605092906711035994e+02, -8.12874355063065934246e+01, -9.81432934416914548592e+00};
  private static final double[] SA = {1, 1.96512716674392571292e+01, 1.37657754143519042600e+02,
      4.34565877475229228821e+02, 6.45387271733267880336e+02, 4.29008140027567833386e+02,
      1.08635005541779435134e+02, 6.57024977031928170135e+00, -6.04244152148580987438e-02};
  private static final double[] RB = {-9.86494292470009928597e-03, -7.99283237680523006574e-01,
      -1.77579549177547519889e+01, -1.60636384855821916062e+02, -6.37566443368389627722e+02,
      -1.02509513161107724954e+03, -4.83519191608651397019e+02};
  private static final double[] SB = {1, 3.03380607434824582924e+01, 3.25792512996573918826e+02,
      1.53672958608443695994e+03, 3.19985821950859553908e+03, 2.55305040643316442583e+03,
      4.74528541206955367215e+02, -2.24409524465858183362e+01};

  static double neg(double x) {
    return -x;
  }

  static double abs(double x) {
    return Math.abs(x);
  }

  static double floor(double x) {
    return Math.floor(x);
  }

  static double ceil(double x) {
    return Math.ceil(x);
  }

  static double round(double x) {
    return Math.rint(x);
  }

  static double sqrt(double x) {
    return Math.sqrt(x);
  }

  static double exp(double x) {
    return StrictMath.exp(x);
  }

  static double expm1(double x) {
    return StrictMath.expm1(x);
  }

  static double log(double x) {
    return StrictMath.log(x);
  }

  static double log1p(double x) {
    return StrictMath.log1p(x);
  }

  static double sin(double x) {
    return StrictMath.sin(x);
  }

  static double cos(double x) {
    return StrictMath.cos(x);
  }

  static double tanh(double x) {
    return StrictMath.tanh(x);
  }

  static double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  // what Java has operators for, so that generated code needs only calls

  static double add(double a, double b) {
    return a + b;
  }

  static double sub(double a, double b) {
    return a - b;
  }

  static double mul(double a, double b) {
    return a * b;
  }

  static double div(double a, double b) {
    return a / b;
  }

  static boolean eq(double a, double b) {
    return a == b;
  }

  static boolean ne(double a, double b) {
    return a != b;
  }

  static boolean lt(double a, double b) {
    return a < b;
  }

  static boolean le(double a, double b) {
    return a <= b;
  }

  static double select(boolean condition, double yes, double no) {
    return condition ? yes : no;
  }
}
