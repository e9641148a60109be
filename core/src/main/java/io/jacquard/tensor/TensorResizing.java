package io.jacquard.tensor;

import io.jacquard.JacquardException;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Interpolation;
import io.jacquard.ops.PadMode;
import io.jacquard.ops.Padding;
import io.jacquard.ops.WindowColumns;

/** Images of a {@link Tensor} in other sizes: padded, interpolated, channels shuffled into pixels, windows as columns. */
sealed interface TensorResizing extends Shaped permits Tensor {
  /**
   * Elements put around, PyTorch's {@code functional.pad}.
   *
   * @param amounts pairs, before and after, of the last dimension first; fewer than 0 zeros cut off
   * @throws JacquardException if a mode wants more elements than there are to copy
   */
  default Tensor pad(PadMode mode, int... amounts) {
    return Padding.of(self(), mode, amounts);
  }

  /** As {@link #pad(PadMode, int...)}, with one value all around. */
  default Tensor pad(double value, int... amounts) {
    return Padding.constant(self(), value, amounts);
  }

  /** Images [N, C, spatial...] in another size: {@code x.interpolate(Interpolation.scale(2))}. */
  default Tensor interpolate(Interpolation how) {
    return how.of(self());
  }

  /** Channels as pixels: {@code [..., C * r * r, H, W] -> [..., C, H * r, W * r]} (Shi et al. 2016). */
  default Tensor pixelShuffle(int r) {
    if (rank() < 3 || r < 1 || size(-3) % ((long) r * r) != 0) {
      throw new JacquardException("pixel_shuffle: the input is " + shape() + ", expected [..., C * " + r
          + " * " + r + ", H, W] with a factor of 1 or more.");
    }
    long channels = size(-3) / ((long) r * r);
    var images = self().reshape(-1, channels, r, r, size(-2), size(-1)).permute(0, 1, 4, 2, 5, 3);
    return images.reshape(shape().with(rank() - 3, channels).with(rank() - 2, size(-2) * r).with(rank() - 1,
        size(-1) * r));
  }

  /** Undoes {@link #pixelShuffle}: {@code [..., C, H * r, W * r] -> [..., C * r * r, H, W]}. */
  default Tensor pixelUnshuffle(int r) {
    if (rank() < 3 || r < 1 || size(-2) % r != 0 || size(-1) % r != 0) {
      throw new JacquardException("pixel_unshuffle: the input is " + shape() + ", expected [..., C, H * " + r
          + ", W * " + r + "] with a factor of 1 or more.");
    }
    long height = size(-2) / r;
    long width = size(-1) / r;
    var images = self().reshape(-1, size(-3), height, r, width, r).permute(0, 1, 3, 5, 2, 4);
    return images.reshape(
        shape().with(rank() - 3, size(-3) * r * r).with(rank() - 2, height).with(rank() - 1, width));
  }

  /**
   * What windows of images see as the columns of matrices, PyTorch's {@code functional.unfold}: {@code [N, C, H, W] -> [N, C *
   * taps, windows]}.
   *
   * @param kernel one number, or height and width
   */
  default Tensor im2col(ConvOptions options, int... kernel) {
    return WindowColumns.unfold(self(), options, kernel);
  }

  /**
   * Columns put back into images of a given size, and added up where windows overlap, PyTorch's {@code functional.fold}:
   * {@code [N, C * taps, windows] -> [N, C, H, W]}.
   */
  default Tensor col2im(ConvOptions options, int[] kernel, int height, int width) {
    return WindowColumns.fold(self(), options, kernel, height, width);
  }

  private Tensor self() {
    return (Tensor) this;
  }
}
