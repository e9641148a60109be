package io.jacquard.data.text;

import io.jacquard.JacquardException;
import io.jacquard.data.Batch;
import io.jacquard.data.Dataset;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;

/**
 * A text that is read in several places at once, from each of them on: sample {@code i} of a batch goes on where sample
 * {@code i} of the batch before ended. Input and target are those of {@link NextTokens}.
 *
 * <pre>{@code
 * var tokens = Vocabulary.bytes().encode("to be or not to be");
 * var streams = new TokenStreams(tokens, 3, 2);      // two streams of nine tokens, three at a time
 * var loader = DataLoader.inOrder(streams, 2);       // in order, and as many as there are streams
 * }</pre>
 *
 * <p>This is for layers that carry their state from batch to batch, {@link io.jacquard.nn.CarriedState}.
 */
public final class TokenStreams implements Dataset {
  private final TokenWindows windows;
  private final int length;
  private final int streams;
  /** Tokens from the beginning of one to that of the next. */
  private final long apart;

  /**
   * @param length tokens in a window
   * @param streams how many pieces of equal size the text is cut into; what is left at the end is not used
   */
  public TokenStreams(int[] tokens, int length, int streams) {
    if (length < 1 || streams < 1 || (tokens.length - 1) / streams < length) {
      throw new JacquardException("TokenStreams: " + tokens.length + " tokens in " + streams
          + " streams with windows of " + length
          + ", expected 1 or more of each, and in each stream a window "
          + "and a token after it. Use fewer streams, or shorter windows.");
    }
    this.length = length;
    this.streams = streams;
    apart = (tokens.length - 1) / streams;
    windows = new TokenWindows("TokenStreams", tokens, length);
  }

  @Override
  public long size() {
    return apart / length * streams;
  }

  @Override
  public Device device() {
    return windows.device();
  }

  @Override
  public Batch batch(Tensor index) {
    var stream = index.remainder(streams);
    var window = index.sub(stream).floorDivide(streams);
    return windows.at(stream.mul(apart).add(window.mul(length)).unsqueeze(1));
  }
}
