package io.jacquard.nn;

import io.jacquard.ops.Interpolation;
import io.jacquard.tensor.Tensor;

/**
 * Images [N, C, spatial...] made larger or smaller: of the nearest element, or linear between neighbours.
 *
 * <pre>{@code
 * var twice = new Upsample(2);                                                      // nearest
 * var y = new Upsample(Interpolation.size(20, 30).linear().alignCorners()).call(Tensor.ones(1, 3, 8, 8));
 * }</pre>
 *
 * <p>As PyTorch's {@code nn.Upsample}; its modes linear, bilinear and trilinear are {@code linear()} here, the number of
 * dimensions says which.
 */
public final class Upsample extends Module {
  private final Interpolation how;

  /** By a factor, nearest. */
  public Upsample(double scaleFactor) {
    this(Interpolation.scale(scaleFactor));
  }

  public Upsample(Interpolation how) {
    this.how = how;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.interpolate(how);
  }

  @Override
  public String toString() {
    return "Upsample(" + how + ")";
  }
}
