package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * Pixels as channels, the opposite of {@link PixelShuffle}: [..., C, H * r, W * r] becomes [..., C * r * r, H, W].
 *
 * <pre>{@code
 * var y = new PixelUnshuffle(3).call(Tensor.ones(1, 4, 15, 15));   // [1, 36, 5, 5]
 * }</pre>
 */
public final class PixelUnshuffle extends Module {
  private final int downscaleFactor;

  /** @param downscaleFactor r */
  public PixelUnshuffle(int downscaleFactor) {
    Check.positive("PixelUnshuffle", "downscaleFactor", downscaleFactor);
    this.downscaleFactor = downscaleFactor;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.pixelUnshuffle(downscaleFactor);
  }

  @Override
  public String toString() {
    return "PixelUnshuffle(" + downscaleFactor + ")";
  }
}
