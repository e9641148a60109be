package io.jacquard.ops;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * What windows of images see as the columns of a matrix, and back: PyTorch's {@code functional.unfold} and {@code fold}.
 *
 * <pre>{@code
 * var columns = WindowColumns.unfold(Tensor.ones(8, 3, 10, 10), ConvOptions.defaults(), 4, 4);   // [8, 48, 49]
 * }</pre>
 */
public final class WindowColumns {
  private static final int RANK = 2;

  private WindowColumns() {}

  /** [N, C, H, W] to [N, C * taps, windows], or without N. */
  public static Tensor unfold(Tensor x, ConvOptions options, int... kernel) {
    if (x.rank() == RANK + 1) return unfold(x.unsqueeze(0), options, kernel).squeeze(0);
    if (x.rank() != RANK + 2) {
      throw new JacquardException(
          "unfold: the input is " + x.shape() + ", expected [N, C, H, W] or [C, H, W].");
    }
    var window = window("unfold", options, kernel);
    window.check("unfold", window.spatial(x.shape(), 2));
    var images = Windows.pad(x.permute(Convolutions.channelsLast(RANK)), window);
    var seen = Tensor.apply(new Windows(window), images)[0]; // [N, windows, windows, kernel, kernel, C]
    return seen.permute(0, 5, 3, 4, 1, 2).reshape(x.size(0), x.size(1) * window.taps(), -1);
  }

  /** [N, C * taps, windows] to [N, C, H, W] of the given sizes, or without N: where windows overlap, they add up. */
  public static Tensor fold(Tensor x, ConvOptions options, int[] kernel, int... size) {
    if (x.rank() == RANK) return fold(x.unsqueeze(0), options, kernel, size).squeeze(0);
    var window = window("fold", options, kernel);
    if (size.length != RANK || size[0] < 1 || size[1] < 1) {
      throw new JacquardException("fold: the output's size is " + java.util.Arrays.toString(size)
          + ", expected a height and a width of 1 or more.");
    }
    var spatial = Shape.of(size[0], size[1]);
    window.check("fold", spatial);
    var windows = window.outputs(spatial);
    if (x.rank() != RANK + 1 || x.size(1) % window.taps() != 0 || x.size(2) != windows.numel()) {
      throw new JacquardException("fold: the input is " + x.shape() + ", expected [N, C * " + window.taps()
          + ", " + windows.numel() + "], or without N, for an output of " + spatial + ": " + windows
          + " windows of " + window.taps() + " elements.");
    }
    long channels = x.size(1) / window.taps();
    var kernels = window.kernel();
    var seen = x.reshape(x.size(0), channels, kernels[0], kernels[1], windows.size(0), windows.size(1))
        .permute(0, 4, 5, 2, 3, 1);
    var whole = Shape.of(x.size(0), size[0], size[1], channels);
    var padded = whole;
    for (int a = 0; a < RANK; a++) {
      var axis = window.axes().get(a);
      padded = padded.with(1 + a, whole.size(1 + a) + axis.before() + axis.after());
    }
    var sum = Tensor.apply(new WindowsBackward(new Windows(window), padded), seen)[0];
    return Windows.crop(sum, window, whole).permute(Convolutions.channelsFirst(RANK));
  }

  private static Window window(String op, ConvOptions options, int[] kernel) {
    if (options.groups() != 1 || options.same() || options.mode() != PadMode.ZEROS) {
      throw new JacquardException(op + ": options" + options
          + ", expected stride, padding and dilation as numbers, nothing else.");
    }
    var sizes = IntStream.range(0, RANK).mapToLong(a -> kernel[kernel.length == 1 ? 0 : a]).toArray();
    return options.window(op, sizes);
  }
}
