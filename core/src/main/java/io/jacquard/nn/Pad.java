package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.ops.PadMode;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;

/** What layers that pad share: their amounts, and the check that the input has the dimensions for them. */
abstract class Pad extends Module {
  private final int rank;
  private final PadMode mode;
  private final int[] padding;
  private final int[] amounts;

  Pad(int rank, PadMode mode, int... padding) {
    if (padding.length != 1 && padding.length != 2 * rank) {
      throw new JacquardException(getClass().getSimpleName() + ": padding is " + Check.text(padding)
          + ", expected one number, or " + 2 * rank + ": before and after, of the last dimension first.");
    }
    this.rank = rank;
    this.mode = mode;
    this.padding = padding.clone();
    amounts = padding.length == 1 ? new int[2 * rank] : padding.clone();
    if (padding.length == 1) Arrays.fill(amounts, padding[0]);
  }

  Tensor padded(Tensor x, int[] amounts) {
    return x.pad(mode, amounts);
  }

  String arguments() {
    return Check.text(padding);
  }

  @Override
  protected final Tensor forward(Tensor x) {
    if (x.rank() != rank + 1 && x.rank() != rank + 2) {
      throw new JacquardException(getClass().getSimpleName() + ": the input is " + x.shape() + ", expected "
          + (rank + 2) + " dimensions [N, C, spatial...], or " + (rank + 1) + " without N.");
    }
    return padded(x, amounts);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "(" + arguments() + ")";
  }
}
