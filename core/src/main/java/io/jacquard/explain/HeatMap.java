package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Draws attributions in colours.
 *
 * <pre>{@code
 * var map = new Saliency().of(model, images).select(0, 0);
 * var picture = HeatMap.POSITIVE.draw(map);                               // [3, H, W] from 0 to 1
 * var over = HeatMap.POSITIVE.over(images.select(0, 0), map);             // on the picture in grey
 * }</pre>
 */
public enum HeatMap {
  /** From black over red and yellow to white; what is below zero is black. Of several channels the largest counts. */
  POSITIVE(new double[][]{{0, 0, 0.02}, {0.34, 0.06, 0.43}, {0.74, 0.22, 0.33}, {0.98, 0.55, 0.04},
      {0.99, 1, 0.64}}),
  /** From blue over white, which is zero, to red. Of several channels the sum counts. */
  SIGNED(new double[][]{{0.13, 0.27, 0.64}, {0.55, 0.72, 0.9}, {0.97, 0.97, 0.97}, {0.95, 0.6, 0.5},
      {0.7, 0.09, 0.13}});

  /** Values beyond this share of all are drawn like it, so that a single one does not darken the rest. */
  private static final double MOST = 0.99;

  private final double[][] colours;

  HeatMap(double[][] colours) {
    this.colours = colours;
  }

  /**
   * @param map [C, H, W], or [H, W]
   * @return [3, H, W] from 0 to 1
   */
  public Tensor draw(Tensor map) {
    var flat = flat(map);
    return picture(shares(flat.toDoubles()), flat.shape(), null);
  }

  /**
   * On the sample itself, in grey: what counts little stays grey.
   *
   * @param sample [C, H, W], from 0 to 1
   * @param map [C, H, W], or [H, W]
   * @return [3, H, W] from 0 to 1
   */
  public Tensor over(Tensor sample, Tensor map) {
    var flat = flat(map);
    if (sample.rank() != 3 || sample.size(1) != flat.size(0) || sample.size(2) != flat.size(1)) {
      throw new JacquardException("HeatMap: a map " + flat.shape() + " over a sample " + sample.shape()
          + ", expected [C, H, W] of the map's height and width.");
    }
    return picture(shares(flat.toDoubles()), flat.shape(), sample.mean(0).toDoubles());
  }

  private Tensor flat(Tensor map) {
    if (map.rank() != 2 && map.rank() != 3 || map.numel() == 0)
      throw new JacquardException("HeatMap: the map is " + map.shape() + ", expected [C, H, W] or [H, W].");
    if (map.rank() == 2) return map;
    return this == POSITIVE ? map.max(0) : map.sum(0);
  }

  /** From 0 to 1, or from -1 to 1. */
  private double[] shares(double[] values) {
    var sizes = Arrays.stream(values).map(v -> this == POSITIVE ? Math.max(0, v) : Math.abs(v)).sorted()
        .toArray();
    double most = sizes[(int) (MOST * (sizes.length - 1))];
    if (!(most > 0)) most = Math.max(sizes[sizes.length - 1], Double.MIN_NORMAL);
    double scale = most;
    return Arrays.stream(values).map(v -> Math.clamp(v / scale, this == POSITIVE ? 0 : -1, 1)).toArray();
  }

  private Tensor picture(double[] shares, Shape shape, double @Nullable [] grey) {
    int size = shares.length;
    var picture = new float[3 * size];
    for (int i = 0; i < size; i++) {
      double at = (this == POSITIVE ? shares[i] : (shares[i] + 1) / 2) * (colours.length - 1);
      int below = (int) Math.min(at, colours.length - 2.0);
      for (int c = 0; c < 3; c++) {
        double colour = colours[below][c] + (at - below) * (colours[below + 1][c] - colours[below][c]);
        double strength = grey == null ? 1 : Math.min(0.85, Math.abs(shares[i]) + 0.1);
        picture[c * size + i] = (float) (grey == null
            ? colour
            : strength * colour + (1 - strength) * Math.clamp(grey[i], 0.0, 1.0));
      }
    }
    return Tensor.of(picture, Shape.of(3, shape.size(0), shape.size(1)));
  }
}
