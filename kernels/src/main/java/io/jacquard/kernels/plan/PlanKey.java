package io.jacquard.kernels.plan;

import io.jacquard.spi.View;
import java.util.Arrays;

/**
 * The numbers that describe a call but for its buffers and parameters, gathered anew for each one in the same array.
 *
 * <pre>{@code
 * var key = new Plans<String>().key().add(3).add(x.view());
 * }</pre>
 */
public final class PlanKey {
  private long[] numbers = new long[64];
  private int length;
  private int hash;

  PlanKey() {}

  PlanKey clear() {
    length = 0;
    hash = 1;
    return this;
  }

  public PlanKey add(long number) {
    if (length == numbers.length) numbers = Arrays.copyOf(numbers, 2 * length);
    numbers[length++] = number;
    hash = 31 * hash + (int) (number ^ number >>> 32);
    return this;
  }

  public PlanKey add(View view) {
    return addPlaceless(view).add(view.layout().offset());
  }

  /** A view, but for where in its buffer it begins: for plans into which that is put anew, too. */
  public PlanKey addPlaceless(View view) {
    var layout = view.layout();
    int rank = layout.shape().rank();
    add(rank * 64L + view.dtype().ordinal());
    for (int d = 0; d < rank; d++) {
      add(layout.shape().size(d));
      add(layout.stride(d));
    }
    return this;
  }

  PlanKey copy() {
    var copy = new PlanKey();
    copy.numbers = Arrays.copyOf(numbers, length);
    copy.length = length;
    copy.hash = hash;
    return copy;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlanKey that && Arrays.equals(numbers, 0, length, that.numbers, 0, that.length);
  }
}
