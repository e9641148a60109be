package io.jacquard.cpu;

/** Sums and extremes of float32 blocks. */
final class FloatFolds {
  private FloatFolds() {}

  static double sum(long from, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++)
      sum += Memory.getFloat(from + 4L * k);
    return sum;
  }
}
