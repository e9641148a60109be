package io.jacquard.data.text;

import io.jacquard.JacquardException;
import io.jacquard.data.Batch;
import io.jacquard.data.Dataset;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;

/**
 * Windows of a text: the input is {@code length} tokens, the target the same moved on by one, so that every token is
 * predicted from those before it. Both are int64 [N, length].
 *
 * <pre>{@code
 * var tokens = Vocabulary.bytes().encode("to be or not to be");
 * var data = NextTokens.of(tokens, 4);                // windows side by side
 * var more = NextTokens.overlapping(tokens, 4, 1);    // one that begins at every token
 * }</pre>
 *
 * <p>The text lies on the device once; windows are gathered there. {@link #subset(long, long)} of the first nine tenths and
 * of the rest makes data to train and to validate with.
 */
public final class NextTokens implements Dataset {
  private final TokenWindows windows;
  private final int step;
  private final long size;

  private NextTokens(int[] tokens, int length, int step) {
    if (length < 1 || step < 1) {
      throw new JacquardException(
          "NextTokens: length " + length + " and step " + step + ", expected 1 or more.");
    }
    windows = new TokenWindows("NextTokens", tokens, length);
    this.step = step;
    size = (tokens.length - 1 - length) / step + 1;
  }

  /** Windows side by side; what is left at the end, less than a window, is not used. */
  public static NextTokens of(int[] tokens, int length) {
    return new NextTokens(tokens, length, length);
  }

  /** Windows that begin {@code step} tokens apart. */
  public static NextTokens overlapping(int[] tokens, int length, int step) {
    return new NextTokens(tokens, length, step);
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
    var starts = index.mul(step).unsqueeze(1);
    return windows.at(starts);
  }
}
