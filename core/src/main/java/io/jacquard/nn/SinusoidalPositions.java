package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;

/**
 * Adds to each place of [..., T, width] a pattern of waves that tells where it is (Vaswani et al. 2017):
 * {@code sin(t / 10000^(2i/width))} at 2i and the cosine of the same at 2i+1.
 *
 * <pre>{@code
 * var y = new SinusoidalPositions(64, 512).call(Tensor.zeros(2, 10, 64));
 * }</pre>
 *
 * <p>The waves are the buffer {@code pe}, [maxLength, width].
 */
public final class SinusoidalPositions extends Module {
  private static final double BASE = 10_000;

  private final Parameter waves;

  /** @param maxLength of sequences */
  public SinusoidalPositions(int width, int maxLength) {
    Check.positive("SinusoidalPositions", "width", width);
    Check.positive("SinusoidalPositions", "maxLength", maxLength);
    var values = new float[width * maxLength];
    for (int t = 0; t < maxLength; t++) {
      for (int i = 0; i < width; i++) {
        double angle = t / Math.pow(BASE, (i & ~1) / (double) width);
        values[t * width + i] = (float) ((i & 1) == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
      }
    }
    waves = buffer("pe", Tensor.of(values, Shape.of(maxLength, width)));
  }

  @Override
  protected Tensor forward(Tensor x) {
    var table = waves.value();
    if (x.rank() < 2 || x.size(-1) != table.size(1) || x.size(-2) > table.size(0)) {
      throw new JacquardException("SinusoidalPositions: the input is " + x.shape() + ", expected [..., T, "
          + table.size(1) + "] with T up to " + table.size(0) + ".");
    }
    return x.add(table.slice(0, 0, x.size(-2)));
  }

  @Override
  public String toString() {
    return "SinusoidalPositions(" + waves.shape().size(1) + ", " + waves.shape().size(0) + ")";
  }
}
