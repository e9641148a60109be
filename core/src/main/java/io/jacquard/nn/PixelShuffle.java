package io.jacquard.nn;

import io.jacquard.tensor.Tensor;

/**
 * Channels as pixels: [..., C * r * r, H, W] becomes [..., C, H * r, W * r] (Shi et al. 2016).
 *
 * <pre>{@code
 * var y = new PixelShuffle(3).call(Tensor.ones(1, 36, 5, 5));   // [1, 4, 15, 15]
 * }</pre>
 */
public final class PixelShuffle extends Module {
  private final int upscaleFactor;

  /** @param upscaleFactor r */
  public PixelShuffle(int upscaleFactor) {
    Check.positive("PixelShuffle", "upscaleFactor", upscaleFactor);
    this.upscaleFactor = upscaleFactor;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.pixelShuffle(upscaleFactor);
  }

  @Override
  public String toString() {
    return "PixelShuffle(" + upscaleFactor + ")";
  }
}
