package io.jacquard.data.text;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.data.Dataset;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;

/**
 * Windows of a text that begin anywhere: each batch is drawn anew on the device, whatever the samples' numbers. Input and
 * target are those of {@link NextTokens}.
 *
 * <pre>{@code
 * var tokens = Vocabulary.bytes().encode("to be or not to be");
 * var data = new RandomWindows(tokens, 4, 1000);   // an epoch draws 1000 windows
 * }</pre>
 *
 * <p>A batch takes one draw of the current {@link io.jacquard.tensor.Generator}. Beginnings are multiples of the text's length
 * by 2^24: in texts of more than 16 million tokens not every token begins a window.
 */
public final class RandomWindows implements Dataset {
  private final TokenWindows windows;
  private final long size;
  private final int beginnings;

  /**
   * @param length tokens in a window
   * @param size how many windows make an epoch
   */
  public RandomWindows(int[] tokens, int length, long size) {
    if (length < 1 || size < 1) {
      throw new JacquardException(
          "RandomWindows: length " + length + " and size " + size + ", expected 1 or more.");
    }
    windows = new TokenWindows("RandomWindows", tokens, length);
    this.size = size;
    beginnings = tokens.length - length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Device device() {
    return windows.device();
  }

  @Override
  public Batch batch(Tensor index) {
    long n = index.size(0);
    // Rounding may give the number of beginnings itself, which is one too many.
    var starts = Tensor.rand(device(), DType.FLOAT32, Shape.of(n, 1)).mul(beginnings).to(DType.INT32)
        .clampMax(beginnings - 1.0);
    return windows.at(starts);
  }
}
