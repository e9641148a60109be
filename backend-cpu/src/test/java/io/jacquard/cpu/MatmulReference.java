package io.jacquard.cpu;

/** The definition of a matrix product, in float64: what the fast ones are tested against. */
final class MatmulReference {
  private MatmulReference() {}

  /** The sum over k of a[i, k] b[k, j], and in {@code scale[0]} the sum of the magnitudes. */
  static double dot(Matrix a, Matrix b, int batch, int i, int j, int k, double[] scale) {
    double sum = 0;
    scale[0] = 0;
    for (int p = 0; p < k; p++) {
      double term = (double) Memory.getFloat(a.at(batch, 4) + 4 * (i * a.rowStride() + p * a.columnStride()))
          * Memory.getFloat(b.at(batch, 4) + 4 * (p * b.rowStride() + j * b.columnStride()));
      sum += term;
      scale[0] += Math.abs(term);
    }
    return sum;
  }
}
