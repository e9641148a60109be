package io.jacquard.data.text;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.data.Batch;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/** A text that lies on the device, and the windows of one length that are cut from it there. */
final class TokenWindows {
  private final Tensor tokens;
  private final int length;

  /** @param what names the data set in errors */
  TokenWindows(String what, int[] tokens, int length) {
    if (tokens.length <= length) {
      throw new JacquardException(what + ": a text of " + tokens.length + " tokens has no window of "
          + length + " and a token after it. Use shorter windows, or a longer text.");
    }
    this.length = length;
    try (var _ = Scope.open()) {
      this.tokens = Tensor.of(tokens).hold();
    }
  }

  Device device() {
    return tokens.device();
  }

  /**
   * Windows, and the same moved on by one token: both int64 [N, length].
   *
   * @param starts [N, 1], of integers
   */
  Batch at(Tensor starts) {
    var places = starts.add(Tensor.arange(device(), length + 1L).to(starts.dtype()));
    var windows = tokens.gatherRows(places.flatten()).reshape(starts.size(0), length + 1L).to(DType.INT64);
    return new Batch(windows.slice(1, 0, length), windows.slice(1, 1, length + 1L));
  }
}
