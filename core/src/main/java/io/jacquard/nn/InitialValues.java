package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import java.util.Arrays;

/** The numbers behind {@link Init}, in row-major order. */
final class InitialValues {
  private InitialValues() {}

  static int count(Shape shape) {
    return Math.toIntExact(shape.numel());
  }

  static float[] fill(Shape shape, double value) {
    var values = new float[count(shape)];
    Arrays.fill(values, (float) value);
    return values;
  }

  static float[] normal(Shape shape, double mean, double std) {
    var values = Generator.current().normal(count(shape));
    for (int i = 0; i < values.length; i++) values[i] = (float) (mean + std * values[i]);
    return values;
  }

  static float[] eye(Shape shape) {
    if (shape.rank() != 2) throw new JacquardException("eye: shape " + shape + ", expected a matrix.");
    var values = fill(shape, 0);
    for (int i = 0; i < Math.min(shape.size(0), shape.size(1)); i++)
      values[(int) (i * shape.size(1)) + i] = 1;
    return values;
  }

  static float[] dirac(Shape shape) {
    if (shape.rank() < 3 || shape.rank() > 5) {
      throw new JacquardException(
          "dirac: shape " + shape + ", expected a convolution's weight [out, in, ...] of 1 to 3 more sizes.");
    }
    var values = fill(shape, 0);
    int field = 1;
    int centre = 0;
    for (int d = 2; d < shape.rank(); d++) {
      field *= (int) shape.size(d);
      centre = (int) (centre * shape.size(d) + shape.size(d) / 2);
    }
    int in = (int) shape.size(1);
    for (int i = 0; i < Math.min(shape.size(0), in); i++) values[(i * in + i) * field + centre] = 1;
    return values;
  }

  /**
   * Normal vectors made orthogonal one after the other by Gram and Schmidt, twice each, since once leaves rounding errors
   * behind ("twice is enough": Giraud et al. 2005). That is the unique QR factorisation with a positive diagonal, so that
   * the result is uniformly distributed.
   */
  static float[] orthogonal(Shape shape, double gain) {
    if (shape.rank() < 2) {
      throw new JacquardException(
          "orthogonal: shape " + shape + ", expected a weight of at least two dimensions.");
    }
    int rows = (int) shape.size(0);
    int columns = rows == 0 ? 0 : count(shape) / rows;
    boolean wide = rows < columns;
    var random = Generator.current().normal(count(shape));
    var vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
    for (int v = 0; v < vectors.length; v++) {
      for (int k = 0; k < vectors[v].length; k++)
        vectors[v][k] = random[wide ? v * columns + k : k * columns + v];
    }
    for (int v = 0; v < vectors.length; v++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < v; before++) subtract(vectors[v], vectors[before]);
      }
      double length = Math.sqrt(dot(vectors[v], vectors[v]));
      for (int k = 0; k < vectors[v].length; k++) vectors[v][k] /= length;
    }
    var values = new float[count(shape)];
    for (int i = 0; i < values.length; i++) {
      int row = i / columns;
      int column = i % columns;
      values[i] = (float) (gain * (wide ? vectors[row][column] : vectors[column][row]));
    }
    return values;
  }

  /** Takes away from x its part along a vector of length 1. */
  private static void subtract(double[] x, double[] unit) {
    double along = dot(x, unit);
    for (int k = 0; k < x.length; k++) x[k] -= along * unit[k];
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) sum += a[k] * b[k];
    return sum;
  }
}
